import { getLifecyclePolicy } from '../../lifecycle/put-policy.ts';
import type { GetLifecyclePolicyRequest, GetLifecyclePolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** The lifecycle policy of a repository, and when it was last run. API_GetLifecyclePolicy. */
export const GetLifecyclePolicy = operation<GetLifecyclePolicyRequest, GetLifecyclePolicyResponse>({
  service: 'ecr',
  name: 'GetLifecyclePolicy',
  action: 'ecr:GetLifecyclePolicy',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName } = input;
    const registry = registryOf(input, call);
    const { text, lastEvaluatedAt } = await getLifecyclePolicy(call.world, { registry, repositoryName });
    return { registryId: registry.account, repositoryName, lifecyclePolicyText: text, lastEvaluatedAt };
  },
});
