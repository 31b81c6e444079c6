import { holdRepository } from '../storage/metadata/holds.ts';
import { putRepositoryTag, removeRepositoryTags, repositoryTags } from '../storage/metadata/repositories.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { checkTags, type Tag } from './check-tags.ts';
import type { Core } from './core.ts';
import { repositoryIn } from './get-repository.ts';
import { TooManyTags } from './refusals.ts';

/**
 * Adds the tags to those that the repository has; a key that is there gets the new value.
 *
 * @throws RepositoryNotFound, InvalidTagParameter, TooManyTags
 */
export async function tagRepository(
  core: Pick<Core, 'metadata' | 'rules'>,
  registry: RegistryId,
  repositoryName: string,
  tags: readonly Tag[],
): Promise<void> {
  const limit = core.rules.limits.tagsPerRepository;
  await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    checkTags(tags, limit);
    await holdRepository(tx, repository.id);
    for (const { key, value } of tags) await putRepositoryTag(tx, repository.id, key, value);
    if ((await repositoryTags(tx, repository.id)).length > limit) throw TooManyTags({ limit });
  });
}

/**
 * Takes the tags with these keys away; keys that are not there are passed over.
 *
 * @throws RepositoryNotFound
 */
export async function untagRepository(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  keys: readonly string[],
): Promise<void> {
  await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    if (keys.length > 0) await removeRepositoryTags(tx, repository.id, keys);
  });
}

/**
 * The repository's tags by key.
 *
 * @throws RepositoryNotFound
 */
export function tagsOfRepository(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
): Promise<Tag[]> {
  return core.metadata.read(async (tx) => repositoryTags(tx, (await repositoryIn(tx, registry, repositoryName)).id));
}
