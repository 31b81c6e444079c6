import type { Caller } from '../identity/caller.ts';
import { retiringOf } from '../kms/repository-grants.ts';
import { hasImages } from '../storage/metadata/images.ts';
import { removeRepository } from '../storage/metadata/repositories.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
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
  const deleted = await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    if (!input.force && (await hasImages(tx, repository.id))) {
      throw RepositoryNotEmpty({ repositoryName, registryId: registry.account });
    }
    // A namesake made meanwhile has grants of its own, which stay until somebody deletes them by its key.
    if (repository.id === seen.id) await retiring.retire(tx);
    await removeRepository(tx, repository);
    await noteChange(core, tx, repository, { kind: 'repository-deleted' });
    return repository;
  });
  if (retiring.refused) throw retiring.refused;
  return deleted;
}
