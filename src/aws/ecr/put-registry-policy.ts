import { putRegistryPolicy } from '../../identity/registry-policy.ts';
import type { PutRegistryPolicyRequest, PutRegistryPolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** Says who may do what in the whole registry of the caller. API_PutRegistryPolicy. */
export const PutRegistryPolicy = operation<PutRegistryPolicyRequest, PutRegistryPolicyResponse>({
  service: 'ecr',
  name: 'PutRegistryPolicy',
  action: 'ecr:PutRegistryPolicy',
  resource: () => '*',

  async handle({ policyText }, { world, registry }) {
    await putRegistryPolicy(world, registry, policyText);
    return { registryId: registry.account, policyText };
  },
});
