import type { Caller } from '../identity/caller.ts';
import { retiringOf } from '../kms/repository-grants.ts';
import { hasImages } from '../storage/metadata/images.ts';
import { removeRepository } from '../storage/metadata/repositories.ts';
import { trashRepository } from '../storage/metadata/trash.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { trashingOf } from './delete-images.ts';
import { getRepository, repositoryIn } from './get-repository.ts';
import { noteChange } from './note-change.ts';
import { RepositoryNotEmpty } from './refusals.ts';
import type { Repository } from './repository.ts';

/**
 * Deletes the repository and answers what it was. With `force` its images go too; their bytes are collected later. Its
 * grants on a KMS key go with it, where the caller may retire them; otherwise it is gone, and he is told. Without a caller
 * the registry itself lets go of its key.
 *
 * @throws RepositoryNotFound, RepositoryNotEmpty; KmsFailed after it is deleted
 */
export async function deleteRepository(
  core: Core,
  input: { registry: RegistryId; repositoryName: string; force: boolean; caller?: Caller },
): Promise<Repository> {
  const { registry, repositoryName } = input;
  const seen = await getRepository(core, registry, repositoryName);
  const retiring = await retiringOf(core, input.caller, seen);
  const { repository, isTrashed } = await core.metadata.write(
    async (tx) => {
      const repository = await repositoryIn(tx, registry, repositoryName);
      const hasAny = await hasImages(tx, repository.id);
      if (!input.force && hasAny) {
        throw RepositoryNotEmpty({ repositoryName, registryId: registry.account });
      }
      const trashing = hasAny ? trashingOf(core) : undefined;
      if (trashing) {
        // Its key is needed to have it back: the registry lets go of that when the trash is emptied.
        await trashRepository(tx, { id: repository.id, name: repository.name, ...registry }, trashing);
        await noteChange(core, tx, repository, { kind: 'repository-deleted' });
        return { repository, isTrashed: true };
      }
      // A namesake made meanwhile has grants of its own, which stay until somebody deletes them by its key.
      if (repository.id === seen.id) await retiring.retire(tx);
      await removeRepository(tx, repository);
      await noteChange(core, tx, repository, { kind: 'repository-deleted' });
      return { repository, isTrashed: false };
    },
    { isBulk: input.force },
  );
  if (retiring.refused && !isTrashed) throw retiring.refused;
  return repository;
}
