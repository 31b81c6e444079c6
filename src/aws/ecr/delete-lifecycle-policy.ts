import { deleteLifecyclePolicy } from '../../lifecycle/put-policy.ts';
import type { DeleteLifecyclePolicyRequest, DeleteLifecyclePolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Takes the lifecycle policy off a repository and answers what it was. API_DeleteLifecyclePolicy. */
export const DeleteLifecyclePolicy = operation<DeleteLifecyclePolicyRequest, DeleteLifecyclePolicyResponse>({
  service: 'ecr',
  name: 'DeleteLifecyclePolicy',
  action: 'ecr:DeleteLifecyclePolicy',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName } = input;
    const registry = registryOf(input, call);
    const { text, lastEvaluatedAt } = await deleteLifecyclePolicy(call.world, { registry, repositoryName });
    return { registryId: registry.account, repositoryName, lifecyclePolicyText: text, lastEvaluatedAt };
  },
});
