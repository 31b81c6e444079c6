import { deleteRegistryPolicy } from '../../identity/registry-policy.ts';
import type { DeleteRegistryPolicyRequest, DeleteRegistryPolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** Takes the policy off the registry of the caller and answers what it was. API_DeleteRegistryPolicy. */
export const DeleteRegistryPolicy = operation<DeleteRegistryPolicyRequest, DeleteRegistryPolicyResponse>({
  service: 'ecr',
  name: 'DeleteRegistryPolicy',
  action: 'ecr:DeleteRegistryPolicy',
  resource: () => '*',

  async handle(_, { world, registry }) {
    return { registryId: registry.account, policyText: await deleteRegistryPolicy(world, registry) };
  },
});
