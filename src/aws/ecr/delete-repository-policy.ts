import { deleteRepositoryPolicy } from '../../identity/repository-policy.ts';
import type { DeleteRepositoryPolicyRequest, DeleteRepositoryPolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Takes the policy off a repository and answers what it was. API_DeleteRepositoryPolicy. */
export const DeleteRepositoryPolicy = operation<DeleteRepositoryPolicyRequest, DeleteRepositoryPolicyResponse>({
  service: 'ecr',
  name: 'DeleteRepositoryPolicy',
  action: 'ecr:DeleteRepositoryPolicy',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName } = input;
    const registry = registryOf(input, call);
    const policyText = await deleteRepositoryPolicy(call.world, { registry, repositoryName });
    return { registryId: registry.account, repositoryName, policyText };
  },
});
