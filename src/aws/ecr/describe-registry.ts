import { replicationRulesOf } from '../../replication/configuration.ts';
import type { DescribeRegistryRequest, DescribeRegistryResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeReplicationRules } from './replication-rules.ts';

/** The caller's registry and where it replicates to. API_DescribeRegistry. */
export const DescribeRegistry = operation<DescribeRegistryRequest, DescribeRegistryResponse>({
  service: 'ecr',
  name: 'DescribeRegistry',
  action: 'ecr:DescribeRegistry',
  resource: () => '*',

  async handle(_, { world, registry }) {
    const rules = await replicationRulesOf(world, registry);
    return { registryId: registry.account, replicationConfiguration: { rules: describeReplicationRules(rules) } };
  },
});
