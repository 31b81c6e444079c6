import { repositoryIn } from '../registry/get-repository.ts';
import { usesAfter } from '../storage/metadata/image-uses.ts';
import { tagsOfImages } from '../storage/metadata/tags.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

/** A reporter that was silent for longer counts for nothing: nobody knows what it runs. */
const HEARD_WITHIN_MS = 24 * 60 * 60 * 1000;

export interface ImageInUse {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  readonly lastInUseAt: Date;
  /** How many containers run it now, as far as its reporters were heard of in the last day. */
  readonly inUseCount: number;
  readonly reporters: readonly {
    readonly reporter: string;
    readonly lastInUseAt: Date;
    readonly inUseCount: number;
    readonly detail?: string;
  }[];
}

/**
 * A page of the images that somebody reported to be in use, now or before, by digest; `next` is the digest to go on
 * after.
 *
 * @throws RepositoryNotFound
 */
export function listInUse(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  registry: RegistryId,
  repositoryName: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<{ readonly images: readonly ImageInUse[]; readonly next: string | undefined }> {
  const heardSince = clock.now().getTime() - HEARD_WITHIN_MS;
  return metadata.read(async (tx) => {
    const { id } = await repositoryIn(tx, registry, repositoryName);
    const uses = await usesAfter(tx, id, { after: page.after, limit: page.limit + 1 });
    const shown = [...uses].slice(0, page.limit);
    const tags = await tagsOfImages(
      tx,
      id,
      shown.map(([digest]) => digest),
    );
    const images = shown.map(([imageDigest, rows]): ImageInUse => {
      const reporters = rows.map((row) => ({
        reporter: row.reporter,
        lastInUseAt: new Date(Number(row.last_in_use_at)),
        inUseCount: Number(row.last_in_use_at) < heardSince ? 0 : Number(row.in_use_count),
        ...(row.detail !== null && { detail: row.detail }),
      }));
      return {
        imageDigest,
        imageTags: tags.get(imageDigest) ?? [],
        lastInUseAt: new Date(Math.max(...reporters.map((it) => it.lastInUseAt.getTime()))),
        inUseCount: reporters.reduce((sum, it) => sum + it.inUseCount, 0),
        reporters,
      };
    });
    return { images, next: uses.size > page.limit ? shown.at(-1)?.[0] : undefined };
  });
}
