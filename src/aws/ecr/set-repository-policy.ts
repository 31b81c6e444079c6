import { setRepositoryPolicy } from '../../identity/repository-policy.ts';
import type { SetRepositoryPolicyRequest, SetRepositoryPolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Says who may do what with a repository, beside what his own policies say. API_SetRepositoryPolicy. */
export const SetRepositoryPolicy = operation<SetRepositoryPolicyRequest, SetRepositoryPolicyResponse>({
  service: 'ecr',
  name: 'SetRepositoryPolicy',
  action: 'ecr:SetRepositoryPolicy',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, policyText, force = false } = input;
    const registry = registryOf(input, call);
    await setRepositoryPolicy(call.world, call.caller, { registry, repositoryName, text: policyText, force });
    return { registryId: registry.account, repositoryName, policyText };
  },
});
