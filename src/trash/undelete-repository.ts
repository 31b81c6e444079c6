import type { Core } from '../registry/core.ts';
import { changedImageOf, noteChange, noteChanges } from '../registry/note-change.ts';
import { RepositoryAlreadyExists } from '../registry/refusals.ts';
import { imagesByPush } from '../storage/metadata/images.ts';
import { partsOfImages } from '../storage/metadata/layers.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { findRepository } from '../storage/metadata/repositories.ts';
import { tagsOfImages } from '../storage/metadata/tags.ts';
import { findTrashedRepository, untrashRepository } from '../storage/metadata/trash.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { NotInTrash } from './refusals.ts';

const AT_ONCE = 200;

type Undeleting = Pick<Core, 'metadata' | 'clock' | 'ids' | 'actor' | 'rules'>;

/**
 * Has a repository back that was deleted with its images, as it was: the images with their tags, its policies and
 * settings. Answers how many images there are.
 *
 * @throws NotInTrash; RepositoryAlreadyExists while another one has its name
 */
export function undeleteRepository(
  core: Undeleting,
  registry: RegistryId,
  repositoryName: string,
): Promise<{ readonly images: number }> {
  return core.metadata.write(
    async (tx) => {
      const trashed = await findTrashedRepository(tx, registry, repositoryName);
      if (!trashed)
        throw NotInTrash({ what: `There is no repository ${repositoryName} in the trash of this registry.` });
      if (await findRepository(tx, registry, repositoryName)) {
        throw RepositoryAlreadyExists({ repositoryName, registryId: registry.account });
      }
      await untrashRepository(tx, trashed);
      const repository = { id: trashed.repository_id, name: repositoryName, registry };
      await noteChange(core, tx, repository, { kind: 'repository-created', reason: 'request' });
      return { images: await noteImages(core, tx, repository) };
    },
    { isBulk: true },
  );
}

/** Everything that follows from a push follows: who counts images took them off when the repository was deleted. */
async function noteImages(
  core: Undeleting,
  tx: Writing,
  repository: { readonly id: string; readonly name: string; readonly registry: RegistryId },
): Promise<number> {
  let count = 0;
  for (let after: { pushedAt: number; digest: string } | undefined; ; ) {
    const rows = await imagesByPush(tx, repository.id, { tagStatus: 'ANY', after, limit: AT_ONCE });
    const digests = rows.map((it) => it.digest);
    const tags = await tagsOfImages(tx, repository.id, digests);
    const parts = await partsOfImages(tx, repository.id, digests);
    for (const facts of rows) {
      const stored = { manifestSize: facts.manifest_size, layers: parts.get(facts.digest) ?? [] };
      const image = changedImageOf(facts);
      const placed = (tags.get(facts.digest) ?? []).map((tag) => ({ tag, from: undefined }));
      const pushed = { kind: 'image-pushed', image, parts: stored, tags: placed } as const;
      const archived = { kind: 'storage-class-changed', image, parts: stored, to: 'ARCHIVE' } as const;
      await noteChanges(core, tx, repository, facts.status === 'ACTIVE' ? [pushed] : [pushed, archived]);
    }
    count += rows.length;
    const last = rows.at(-1);
    if (rows.length < AT_ONCE || !last) return count;
    after = { pushedAt: last.pushed_at, digest: last.digest };
  }
}
