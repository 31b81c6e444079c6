import type { DescribeRegistryRequest, DescribeRegistryResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** The caller's registry. It replicates nowhere: there are no rules that could say so yet. API_DescribeRegistry. */
export const DescribeRegistry = operation<DescribeRegistryRequest, DescribeRegistryResponse>({
  service: 'ecr',
  name: 'DescribeRegistry',
  action: 'ecr:DescribeRegistry',
  resource: () => '*',

  async handle(_, call) {
    return { registryId: call.registry.account, replicationConfiguration: { rules: [] } };
  },
});
