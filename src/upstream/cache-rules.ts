import type { Caller } from '../identity/caller.ts';
import { needLinkedRole } from '../identity/iam/need-linked-role.ts';
import { LimitExceeded } from '../registry/refusals.ts';
import {
  addRule,
  changeRule,
  countRules,
  removeRule,
  rulesAfter,
  rulesNamed,
} from '../storage/metadata/cache-rules.ts';
import type { CacheRuleRow } from '../storage/metadata/configuration-tables.ts';
import { holdAccount } from '../storage/metadata/holds.ts';
import type { Reading } from '../storage/metadata/port.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { UpstreamName } from '../values/upstream.ts';
import type { World } from '../world.ts';
import { checkPrefixes, checkSecret, checkUpstream, ROOT } from './check-rule.ts';
import { CacheRuleAlreadyExists, CacheRuleNotFound } from './refusals.ts';

/** A pull through cache rule: pulls of what is below `prefix` go to the upstream when they must. */
export interface CacheRule {
  readonly registry: RegistryId;
  readonly prefix: string;
  readonly upstream: {
    /** Host, perhaps a port. */
    readonly url: string;
    /** Undefined of an upstream that ECR does not know. */
    readonly name: UpstreamName | undefined;
    /** Undefined where none was given, which is the same as ROOT: Terraform's provider makes a difference. */
    readonly prefix: string | undefined;
  };
  readonly credentialArn: string | undefined;
  readonly customRoleArn: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CreateCacheRule {
  readonly registry: RegistryId;
  readonly prefix: string;
  readonly upstreamUrl: string;
  readonly upstreamName: UpstreamName | undefined;
  readonly upstreamPrefix: string | undefined;
  readonly credentialArn: string | undefined;
  readonly customRoleArn: string | undefined;
}

type Rules = Pick<World, 'metadata' | 'clock' | 'ids' | 'rules'>;

const SERVICE = 'pullthroughcache.ecr.amazonaws.com';

/**
 * Makes a rule. With the first one that has credentials the account gets the role of the service that reads secrets.
 * API_CreatePullThroughCacheRule.
 *
 * @throws UpstreamUnsupported, InvalidParameter, SecretInaccessible, AccessDenied, CacheRuleAlreadyExists, LimitExceeded
 */
export async function createCacheRule(world: Rules, caller: Caller, asked: CreateCacheRule): Promise<CacheRule> {
  const { registry, prefix, upstreamUrl: url, upstreamPrefix, credentialArn, customRoleArn } = asked;
  const name = checkUpstream(registry, world.rules.fidelity, {
    url,
    name: asked.upstreamName,
    credentialArn,
    customRoleArn,
  });
  checkPrefixes(prefix, upstreamPrefix ?? ROOT);
  checkSecret(registry, credentialArn);
  if (credentialArn !== undefined) {
    await needLinkedRole(world, caller, { account: registry.account, service: SERVICE });
  }

  const now = world.clock.now().getTime();
  const row: CacheRuleRow = {
    ...registry,
    prefix: keyOf(prefix),
    prefix_given: prefix,
    upstream_url: url,
    upstream_registry: name ?? null,
    upstream_prefix: upstreamPrefix ?? null,
    credential_arn: credentialArn ?? null,
    custom_role_arn: customRoleArn ?? null,
    created_at: now,
    updated_at: now,
  };
  await world.metadata.write(async (tx) => {
    if (!(await addRule(tx, row))) {
      throw CacheRuleAlreadyExists({ ecrRepositoryPrefix: prefix, registryId: registry.account });
    }
    const limit = world.rules.limits.pullThroughCacheRulesPerRegistry;
    await holdAccount(tx, registry.account);
    if ((await countRules(tx, registry)) > limit) {
      throw LimitExceeded({
        what: `The number of pull through cache rules in the registry with id '${registry.account}' has reached the limit of ${limit}`,
      });
    }
  });
  return ruleOf(row);
}

/**
 * Gives a rule other credentials, or another role; what is not said stays. API_UpdatePullThroughCacheRule.
 *
 * @throws CacheRuleNotFound, SecretInaccessible
 */
export function updateCacheRule(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  registry: RegistryId,
  asked: Pick<CreateCacheRule, 'prefix' | 'credentialArn' | 'customRoleArn'>,
): Promise<CacheRule> {
  return metadata.write(async (tx) => {
    const row = await rowOf(tx, registry, asked.prefix);
    checkSecret(registry, asked.credentialArn);
    const changed = {
      ...row,
      credential_arn: asked.credentialArn ?? row.credential_arn,
      custom_role_arn: asked.customRoleArn ?? row.custom_role_arn,
      updated_at: clock.now().getTime(),
    };
    await changeRule(tx, changed);
    return ruleOf(changed);
  });
}

/** Removes a rule and answers what it was; what was cached by it stays. @throws CacheRuleNotFound */
export function deleteCacheRule(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  prefix: string,
): Promise<CacheRule> {
  return metadata.write(async (tx) => {
    const row = await rowOf(tx, registry, prefix);
    await removeRule(tx, registry, row.prefix);
    return ruleOf(row);
  });
}

/** @throws CacheRuleNotFound */
export async function getCacheRule(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  prefix: string,
): Promise<CacheRule> {
  return ruleOf(await metadata.read((tx) => rowOf(tx, registry, prefix)));
}

/** The rules with these prefixes, all or none. @throws CacheRuleNotFound, for the first that is missing */
export function cacheRulesNamed(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  prefixes: readonly string[],
): Promise<CacheRule[]> {
  return metadata.read(async (tx) => {
    const rows = await rulesNamed(tx, registry, prefixes.map(keyOf));
    const missing = prefixes.find((it) => rows.every((row) => row.prefix !== keyOf(it)));
    if (missing !== undefined) {
      throw CacheRuleNotFound({ ecrRepositoryPrefix: missing, registryId: registry.account });
    }
    return rows.map(ruleOf);
  });
}

/** A page of rules by prefix. `next` says where to go on. */
export async function listCacheRules(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<{ rules: CacheRule[]; next: string | undefined }> {
  const rows = await metadata.read((tx) => rulesAfter(tx, registry, { ...page, limit: page.limit + 1 }));
  const shown = rows.slice(0, page.limit);
  return { rules: shown.map(ruleOf), next: rows.length > page.limit ? shown.at(-1)?.prefix : undefined };
}

async function rowOf(tx: Reading, registry: RegistryId, prefix: string): Promise<CacheRuleRow> {
  const [row] = await rulesNamed(tx, registry, [keyOf(prefix)]);
  if (!row) throw CacheRuleNotFound({ ecrRepositoryPrefix: prefix, registryId: registry.account });
  return row;
}

/** A `/` follows each prefix, said or not. */
function keyOf(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}

function ruleOf(row: CacheRuleRow): CacheRule {
  return {
    registry: { account: row.account, region: row.region },
    prefix: row.prefix_given,
    upstream: {
      url: row.upstream_url,
      name: (row.upstream_registry as UpstreamName | null) ?? undefined,
      prefix: row.upstream_prefix ?? undefined,
    },
    credentialArn: row.credential_arn ?? undefined,
    customRoleArn: row.custom_role_arn ?? undefined,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
