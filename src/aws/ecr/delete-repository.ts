import { deleteRepository } from '../../registry/delete-repository.ts';
import type { DeleteRepositoryRequest, DeleteRepositoryResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeRepository } from './describe-repository.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Deletes a repository, with `force` also one that has images. API_DeleteRepository. */
export const DeleteRepository = operation<DeleteRepositoryRequest, DeleteRepositoryResponse>({
  service: 'ecr',
  name: 'DeleteRepository',
  action: 'ecr:DeleteRepository',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, force = false } = input;
    const repository = await deleteRepository(call.world, {
      registry: registryOf(input, call),
      repositoryName,
      force,
      caller: call.caller,
    });
    return { repository: describeRepository(repository, call) };
  },
});
