import {
  childrenByImage,
  judgedImages,
  pullsByImage,
  tagsByImage,
  usesByImage,
} from '../storage/metadata/judged-images.ts';
import type { Reading } from '../storage/metadata/port.ts';
import type { JudgedImage } from '../values/lifecycle-verdict.ts';
import type { World } from '../world.ts';
import { inPages } from './in-pages.ts';

const NONE: readonly string[] = [];

/**
 * All images of a repository as lifecycle policies see them, on one snapshot, oldest push first. Others have their turn
 * after every thousand rows.
 */
export function readImages({ metadata }: Pick<World, 'metadata'>, repositoryId: string): Promise<JudgedImage[]> {
  return metadata.read(async (tx) => {
    const tags = new Map<string, string[]>();
    await inPages(tagsByImage, { tx, repositoryId, position: (it) => [it.digest, it.tag] }, ({ digest, tag }) =>
      tags.getOrInsertComputed(digest, () => []).push(tag),
    );
    const indexes = new Map<string, string[]>();
    await inPages(
      childrenByImage,
      { tx, repositoryId, position: (it) => [it.child_digest, it.index_digest] },
      ({ child_digest, index_digest }) => indexes.getOrInsertComputed(child_digest, () => []).push(index_digest),
    );
    const pulls = await lastSeen(pullsByImage, tx, repositoryId);
    const uses = await lastSeen(usesByImage, tx, repositoryId);

    const images: JudgedImage[] = [];
    await inPages(judgedImages, { tx, repositoryId, position: (it) => [Number(it.pushed_at), it.digest] }, (row) =>
      images.push({
        digest: row.digest,
        tags: tags.get(row.digest) ?? NONE,
        pushedAt: Number(row.pushed_at),
        status: row.status,
        archivedAt: timeOf(row.archived_at),
        activatedAt: timeOf(row.activated_at),
        pulledAt: pulls.get(row.digest),
        usedAt: uses.get(row.digest),
        subjectDigest: row.subject_digest ?? undefined,
        indexes: indexes.get(row.digest) ?? NONE,
      }),
    );
    return images;
  });
}

/** The latest time of each image; 0 stands for none. */
async function lastSeen(
  query: typeof pullsByImage,
  tx: Reading,
  repositoryId: string,
): Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, number>();
  await inPages(query, { tx, repositoryId, position: (it) => [it.digest, it.part] }, ({ digest, at }) => {
    const time = Number(at);
    if (time > (last.get(digest) ?? 0)) last.set(digest, time);
  });
  return last;
}

function timeOf(at: number | null): number | undefined {
  return at === null ? undefined : Number(at);
}
