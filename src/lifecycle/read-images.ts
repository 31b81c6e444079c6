import {
  childrenByImage,
  judgedImages,
  pullsByImage,
  tagsByImage,
  usesByImage,
} from '../storage/metadata/judged-images.ts';
import type { ImageStatus } from '../values/image-status.ts';
import type { JudgedImage } from '../values/lifecycle-verdict.ts';
import type { World } from '../world.ts';
import { inPages } from './in-pages.ts';

const NONE: readonly string[] = [];

/**
 * All images of a repository as lifecycle policies see them, on one snapshot, oldest push first. Others have their turn
 * after every thousand rows. A hundred thousand are held at once, so nothing is held twice.
 */
export function readImages({ metadata }: Pick<World, 'metadata'>, repositoryId: string): Promise<JudgedImage[]> {
  return metadata.read(async (tx) => {
    const images = new Map<string, { -readonly [Fact in keyof JudgedImage]: JudgedImage[Fact] }>();
    await inPages(judgedImages, { tx, repositoryId, position: (it) => [Number(it.pushed_at), it.digest] }, (row) =>
      images.set(row.digest, {
        digest: row.digest,
        tags: NONE,
        pushedAt: Number(row.pushed_at),
        status: STATUSES[row.status],
        archivedAt: timeOf(row.archived_at),
        activatedAt: timeOf(row.activated_at),
        pulledAt: undefined,
        usedAt: undefined,
        subjectDigest: row.subject_digest ?? undefined,
        indexes: NONE,
      }),
    );
    await inPages(tagsByImage, { tx, repositoryId, position: (it) => [it.digest, it.tag] }, ({ digest, tag }) => {
      const image = images.get(digest);
      if (image) image.tags = and(image.tags, tag);
    });
    await inPages(
      childrenByImage,
      { tx, repositoryId, position: (it) => [it.child_digest, it.index_digest] },
      ({ child_digest, index_digest }) => {
        const image = images.get(child_digest);
        if (image) image.indexes = and(image.indexes, index_digest);
      },
    );
    await inPages(pullsByImage, { tx, repositoryId, position: (it) => [it.digest, it.part] }, ({ digest, at }) => {
      const image = images.get(digest);
      if (image) image.pulledAt = later(image.pulledAt, Number(at));
    });
    await inPages(usesByImage, { tx, repositoryId, position: (it) => [it.digest, it.part] }, ({ digest, at }) => {
      const image = images.get(digest);
      if (image) image.usedAt = later(image.usedAt, Number(at));
    });
    return [...images.values()];
  });
}

/** A list with one more, and with no room for others: most images have one tag. */
function and(list: readonly string[], item: string): readonly string[] {
  return list === NONE ? [item] : list.concat(item);
}

/** Each row brings a word of its own; these are shared. */
const STATUSES: Readonly<Record<ImageStatus, ImageStatus>> = {
  ACTIVE: 'ACTIVE',
  ARCHIVED: 'ARCHIVED',
  ACTIVATING: 'ACTIVATING',
};

/** The later of two times; 0 stands for none. */
function later(one: number | undefined, other: number): number | undefined {
  return other > (one ?? 0) ? other : one;
}

function timeOf(at: number | null): number | undefined {
  return at === null ? undefined : Number(at);
}
