import { setTagMutability } from '../storage/metadata/repositories.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { TagMutability } from '../values/tag-mutability.ts';
import { checkTagMutability } from './check-tag-mutability.ts';
import type { Core } from './core.ts';
import { repositoryIn } from './get-repository.ts';
import type { Repository } from './repository.ts';

/**
 * Says which tags may move from now on; tags that are there stay. API_PutImageTagMutability.
 *
 * @throws RepositoryNotFound, InvalidParameter
 */
export function putTagMutability(
  core: Pick<Core, 'metadata'>,
  input: { registry: RegistryId; repositoryName: string; tagMutability: TagMutability },
): Promise<Repository> {
  return core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, input.registry, input.repositoryName);
    checkTagMutability(input.tagMutability);
    await setTagMutability(tx, repository.id, input.tagMutability);
    return { ...repository, tagMutability: input.tagMutability };
  });
}
