import { putTagMutability } from '../../registry/put-tag-mutability.ts';
import type { PutImageTagMutabilityRequest, PutImageTagMutabilityResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeMutability, mutabilityOf } from './describe-repository.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Says which tags of a repository may move from now on: the mode and all its filters. API_PutImageTagMutability. */
export const PutImageTagMutability = operation<PutImageTagMutabilityRequest, PutImageTagMutabilityResponse>({
  service: 'ecr',
  name: 'PutImageTagMutability',
  action: 'ecr:PutImageTagMutability',
  resource: namedRepository,

  async handle(input, call) {
    const { registry, name, tagMutability } = await putTagMutability(call.world, {
      registry: registryOf(input, call),
      repositoryName: input.repositoryName,
      tagMutability: mutabilityOf(input),
    });
    return { registryId: registry.account, repositoryName: name, ...describeMutability(tagMutability) };
  },
});
