import { tagsAfter } from '../storage/metadata/tags.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { repositoryIn } from './get-repository.ts';

/**
 * A page of tags that can be pulled, in byte order; `next` is the tag to go on after, when there are more.
 *
 * @throws RepositoryNotFound
 */
export function listTags(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ tags: string[]; next?: string }> {
  return core.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const rows = await tagsAfter(tx, repository.id, {
      status: 'ACTIVE',
      after: page.after,
      limit: page.limit + 1,
    });
    const tags = rows.slice(0, page.limit).map((row) => row.tag);
    const last = tags.at(-1);
    return { tags, ...(rows.length > page.limit && last !== undefined && { next: last }) };
  });
}
