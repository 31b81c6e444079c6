import { hasImages } from '../storage/metadata/images.ts';
import { removeRepository } from '../storage/metadata/repositories.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { repositoryIn } from './get-repository.ts';
import { RepositoryNotEmpty } from './refusals.ts';
import type { Repository } from './repository.ts';

/**
 * Deletes the repository and answers what it was. With `force` its images go too; their bytes are collected later.
 *
 * @throws RepositoryNotFound, RepositoryNotEmpty
 */
export function deleteRepository(
  core: Pick<Core, 'metadata'>,
  input: { registry: RegistryId; repositoryName: string; force: boolean },
): Promise<Repository> {
  const { registry, repositoryName } = input;
  return core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    if (!input.force && (await hasImages(tx, repository.id))) {
      throw RepositoryNotEmpty({ repositoryName, registryId: registry.account });
    }
    await removeRepository(tx, repository);
    return repository;
  });
}
