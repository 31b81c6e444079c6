import type { ReplicationRule as Stored } from '../../replication/configuration.ts';
import type { ReplicationRule } from '../model/ecr.ts';

/** What an input says of replication. */
export function replicationRules(rules: readonly ReplicationRule[]): Stored[] {
  return rules.map(({ destinations, repositoryFilters }) => ({
    destinations: destinations.map(({ region, registryId }) => ({ account: registryId, region })),
    ...(repositoryFilters && { prefixes: repositoryFilters.map((it) => it.filter) }),
  }));
}

export function describeReplicationRules(rules: readonly Stored[]): ReplicationRule[] {
  return rules.map(({ destinations, prefixes }) => ({
    destinations: destinations.map(({ account, region }) => ({ region, registryId: account })),
    ...(prefixes && {
      repositoryFilters: prefixes.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' }) as const),
    }),
  }));
}
