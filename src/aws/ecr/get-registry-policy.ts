import { getRegistryPolicy } from '../../identity/registry-policy.ts';
import type { GetRegistryPolicyRequest, GetRegistryPolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** The policy that is on the registry of the caller. API_GetRegistryPolicy. */
export const GetRegistryPolicy = operation<GetRegistryPolicyRequest, GetRegistryPolicyResponse>({
  service: 'ecr',
  name: 'GetRegistryPolicy',
  action: 'ecr:GetRegistryPolicy',
  resource: () => '*',

  async handle(_, { world, registry }) {
    return { registryId: registry.account, policyText: await getRegistryPolicy(world, registry) };
  },
});
