import { AccessDenied, decideOn } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import { compiledOf } from '../identity/resource-policies.ts';
import type { ResourcePolicy } from '../policy/types.ts';
import { grantsFor } from '../storage/metadata/kms-grants.ts';
import { aliasArn, type KeyName, keyArn } from '../values/kms-arn.ts';
import type { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { EncryptionContext } from './encryption-context.ts';
import { type Finding, findNamedKey, type Key, nameKey } from './find-key.ts';
import { type Granted, grantedBy, grants, mayPassOn } from './grant.ts';
import { granteeNames, isNamed } from './grantees.ts';
import { type Conditions, callConditions, contextConditions, keyConditions } from './key-conditions.ts';
import { leaveToIam } from './leave-to-iam.ts';
import { aliasNotFound, keyNotFound } from './refusals.ts';

/** What a caller wants of a key. */
export interface KeyAccess {
  /** As it stands behind `kms:`, and in a grant's operations. */
  readonly action: string;
  /** Where the operation takes an encryption context, `{}` when none was given. */
  readonly encryptionContext?: EncryptionContext | undefined;
  /** Condition keys beside those that every call about a key has. */
  readonly conditions?: Conditions | undefined;
  /** Of CreateGrant: what is to be passed on. */
  readonly passesOn?: Granted | undefined;
}

/** The caller's own registry, in the region that he asked. */
export function ownRegistry({ principal, request }: Caller): RegistryId {
  return { account: principal.account, region: request.region };
}

/**
 * The key that `keyId` names, once it is sure that the caller may do this to it: by its key policy, with IAM where that
 * policy leaves it to IAM, or by a grant. A key of another account that does not exist is denied in the words of one that
 * does.
 *
 * @throws NotFound, InvalidArn, AccessDenied
 */
export async function keyFor(
  world: Finding,
  caller: Caller,
  {
    keyId,
    accepts = 'keys',
    ...access
  }: KeyAccess & { readonly keyId: string; readonly accepts?: 'keys' | 'keys and aliases' },
): Promise<Key> {
  const name = nameKey(keyId, ownRegistry(caller), accepts);
  const key = await findNamedKey(world, name);
  if (!key) throw await missing(world, caller, name, access);
  const denial = await denialOf(world, caller, key, access);
  if (denial) throw denial;
  return key;
}

/** Why the caller may not do this to a key; undefined when he may. */
export async function denialOf(
  world: Finding,
  caller: Caller,
  key: Key,
  access: KeyAccess,
): Promise<Refusal | undefined> {
  const { request, decision } = await decideOn(world, caller, {
    action: `kms:${access.action}`,
    arn: key.arn,
    conditions: [
      ...callConditions(caller),
      ...keyConditions(key),
      ...contextConditions(access.encryptionContext ?? {}),
      ...(access.conditions ?? []),
    ],
    resourcePolicies: await keyPolicyOf(world, key),
  });
  if (decision.isAllowed) return undefined;
  if (!decision.isExplicit && (await isGranted(world, caller, key, access))) return undefined;
  return AccessDenied({ request, decision });
}

/** The key's policy, compiled. */
export async function keyPolicyOf(
  world: Pick<Finding, 'metadata'>,
  { arn, policyVersion }: Pick<Key, 'arn' | 'policyVersion'>,
): Promise<readonly ResourcePolicy[]> {
  return policyVersion === undefined ? [] : compiledOf(world, 'key', arn, policyVersion);
}

async function isGranted(
  { metadata }: Pick<Finding, 'metadata'>,
  { principal }: Caller,
  { row }: Key,
  { action, encryptionContext, passesOn }: KeyAccess,
): Promise<boolean> {
  const names = granteeNames(principal).map((it) => it.arn);
  const rows = await metadata.read((tx) => grantsFor(tx, row.key_id, names));
  return rows
    .filter((grant) => isNamed(principal, { as: 'grantee', grant }))
    .map(grantedBy)
    .some((it) => (passesOn ? mayPassOn(it, passesOn) : grants(it, action, encryptionContext)));
}

/** What is said of a key or alias that is not there, to whom. */
async function missing(world: Finding, caller: Caller, name: KeyName, access: KeyAccess): Promise<Error> {
  const isOwn = name.account === caller.principal.account;
  const arn = name.kind === 'key' ? keyArn(name, name.id) : aliasArn(name, name.id);
  const { request, decision } = await decideOn(world, caller, {
    action: `kms:${access.action}`,
    arn,
    conditions: [...callConditions(caller), ...(access.conditions ?? [])],
    // Nobody made a policy for it: whom IAM lets do this to any key of his account is told that there is none.
    resourcePolicies: isOwn ? [leaveToIam(name)] : [],
  });
  if (!isOwn || !decision.isAllowed) return AccessDenied({ request, decision });
  return name.kind === 'key' ? keyNotFound(arn) : aliasNotFound(arn);
}
