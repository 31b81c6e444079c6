import { putLifecyclePolicy } from '../../lifecycle/put-policy.ts';
import type { PutLifecyclePolicyRequest, PutLifecyclePolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Says which images of a repository expire, or are archived, and when. API_PutLifecyclePolicy. */
export const PutLifecyclePolicy = operation<PutLifecyclePolicyRequest, PutLifecyclePolicyResponse>({
  service: 'ecr',
  name: 'PutLifecyclePolicy',
  action: 'ecr:PutLifecyclePolicy',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, lifecyclePolicyText } = input;
    const registry = registryOf(input, call);
    await putLifecyclePolicy(call.world, { registry, repositoryName, text: lifecyclePolicyText });
    return { registryId: registry.account, repositoryName, lifecyclePolicyText };
  },
});
