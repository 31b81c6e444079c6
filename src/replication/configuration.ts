import type { Caller } from '../identity/caller.ts';
import { needLinkedRole } from '../identity/iam/need-linked-role.ts';
import { InvalidParameter } from '../registry/refusals.ts';
import { findRegistryConfiguration, putRegistryConfiguration } from '../storage/metadata/registry-configurations.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

export interface ReplicationRule {
  readonly destinations: readonly RegistryId[];
  /** Prefixes of repository names; undefined for a rule about all repositories. */
  readonly prefixes?: readonly string[] | undefined;
}

const SERVICE = 'replication.ecr.amazonaws.com';

/** The rules of a registry; none until some are put. */
export async function replicationRulesOf(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
): Promise<readonly ReplicationRule[]> {
  const document = await metadata.readOne((tx) => findRegistryConfiguration(tx, registry, 'replication'));
  return document === undefined ? [] : (JSON.parse(document) as ReplicationRule[]);
}

/**
 * Puts the rules instead of those before. With the first ones the account gets the role of the service that will follow
 * them. API_PutReplicationConfiguration.
 *
 * @throws InvalidParameter, AccessDenied
 */
export async function putReplicationRules(
  world: Pick<World, 'metadata' | 'clock' | 'ids' | 'rules'>,
  caller: Caller,
  { registry, rules }: { readonly registry: RegistryId; readonly rules: readonly ReplicationRule[] },
): Promise<void> {
  check(world.rules, registry, rules);
  if (rules.length > 0) await needLinkedRole(world, caller, { account: registry.account, service: SERVICE });
  const row = {
    ...registry,
    kind: 'replication',
    document: JSON.stringify(rules),
    updated_at: world.clock.now().getTime(),
  } as const;
  await world.metadata.write((tx) => putRegistryConfiguration(tx, row));
}

function check({ regions, limits }: World['rules'], own: RegistryId, rules: readonly ReplicationRule[]): void {
  const destinations = new Set<string>();
  for (const { account, region } of rules.flatMap((it) => it.destinations)) {
    if (account === own.account && region === own.region) {
      throw invalid('Replication destination cannot be the same as the source registry');
    }
    if (!regions.includes(region)) {
      throw invalid(`There is no region '${region}' here to replicate to: [${regions.join(', ')}]`);
    }
    destinations.add(`${account}/${region}`);
  }
  const limit = limits.replicationDestinationsPerRegistry;
  if (destinations.size > limit) throw invalid(`All rules together can have at most ${limit} different destinations`);
}

function invalid(constraint: string) {
  return InvalidParameter({ member: 'replicationConfiguration', constraint });
}
