import { repositoriesAfter } from '../storage/metadata/repositories.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { type Repository, repositoryOf } from './repository.ts';

/** A page of repositories by name, in byte order; `next` is the name to go on after, when there are more. */
export async function listRepositories(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  page: { after?: string | undefined; limit: number },
): Promise<{ repositories: Repository[]; next?: string }> {
  const rows = await core.metadata.readOne((tx) =>
    repositoriesAfter(tx, registry, { after: page.after, limit: page.limit + 1 }),
  );
  const repositories = rows.slice(0, page.limit).map(repositoryOf);
  const last = repositories.at(-1);
  return { repositories, ...(rows.length > page.limit && last !== undefined && { next: last.name }) };
}
