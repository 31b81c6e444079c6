import { getRepositoryPolicy } from '../../identity/repository-policy.ts';
import type { GetRepositoryPolicyRequest, GetRepositoryPolicyResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** The policy that is on a repository. API_GetRepositoryPolicy. */
export const GetRepositoryPolicy = operation<GetRepositoryPolicyRequest, GetRepositoryPolicyResponse>({
  service: 'ecr',
  name: 'GetRepositoryPolicy',
  action: 'ecr:GetRepositoryPolicy',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName } = input;
    const registry = registryOf(input, call);
    const policyText = await getRepositoryPolicy(call.world, { registry, repositoryName });
    return { registryId: registry.account, repositoryName, policyText };
  },
});
