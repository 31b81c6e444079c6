import { lastPullsOf } from '../storage/metadata/image-pulls.ts';
import { findImageFacts, type ImageFacts, imagesByPush } from '../storage/metadata/images.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { tagsOfImages } from '../storage/metadata/tags.ts';
import { type ImageStatus, type StatusFilter, statusOf } from '../values/image-status.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { resolveImageId } from './find-images.ts';
import { repositoryIn } from './get-repository.ts';
import type { ImageId } from './image-id.ts';
import type { TagStatus } from './list-images.ts';
import { ImageNotFound, InvalidParameter } from './refusals.ts';

export interface ImageDetail {
  readonly digest: string;
  /** In byte order; empty when untagged. */
  readonly tags: readonly string[];
  readonly sizeInBytes: number;
  readonly pushedAt: Date;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly subjectDigest: string | undefined;
  readonly status: ImageStatus;
  /** When it was last archived; it may be back since. */
  readonly archivedAt: Date | undefined;
  readonly activatedAt: Date | undefined;
  /** Of the last pull that counts; undefined before the first. */
  readonly lastPulledAt: Date | undefined;
}

/**
 * A page of images, youngest first. `next` says where to go on.
 *
 * @throws RepositoryNotFound
 */
export function describeImages(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  page: { tagStatus: TagStatus; imageStatus?: StatusFilter | undefined; after?: string | undefined; limit: number },
): Promise<{ images: ImageDetail[]; next?: string }> {
  return core.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const rows = await imagesByPush(tx, repository.id, {
      tagStatus: page.tagStatus,
      status: statusOf(page.imageStatus),
      after: page.after === undefined ? undefined : readPosition(page.after),
      limit: page.limit + 1,
    });
    const shown = rows.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      images: await detailsOf(tx, repository.id, shown),
      ...(rows.length > page.limit && last !== undefined && { next: `${last.pushed_at} ${last.digest}` }),
    };
  });
}

/**
 * The images that are named; the same image by two names comes once.
 *
 * @throws RepositoryNotFound, ImageNotFound (the first that is missing), InvalidParameter
 */
export function describeNamedImages(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  imageIds: readonly ImageId[],
): Promise<ImageDetail[]> {
  return core.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const rows = new Map<string, ImageFacts>();
    for (const imageId of imageIds) {
      const resolved = await resolveImageId(tx, repository.id, imageId);
      if (
        'failureCode' in resolved &&
        resolved.failureCode !== 'ImageNotFound' &&
        resolved.failureCode !== 'ImageTagDoesNotMatchDigest'
      ) {
        throw InvalidParameter({ member: 'imageIds', constraint: resolved.failureReason });
      }
      const row = 'digest' in resolved ? await findImageFacts(tx, repository.id, resolved.digest) : undefined;
      if (!row) throw ImageNotFound({ ...imageId, repositoryName, registryId: registry.account });
      rows.set(row.digest, row);
    }
    return detailsOf(tx, repository.id, [...rows.values()]);
  });
}

async function detailsOf(tx: Reading, repositoryId: string, rows: readonly ImageFacts[]): Promise<ImageDetail[]> {
  const digests = rows.map((row) => row.digest);
  const tags = await tagsOfImages(tx, repositoryId, digests);
  const pulls = await lastPullsOf(tx, repositoryId, digests);
  return rows.map((row) => ({
    digest: row.digest,
    tags: tags.get(row.digest) ?? [],
    sizeInBytes: row.image_size,
    pushedAt: new Date(row.pushed_at),
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    subjectDigest: row.subject_digest ?? undefined,
    status: row.status,
    archivedAt: dateOf(row.archived_at),
    activatedAt: dateOf(row.activated_at),
    lastPulledAt: pulls.get(row.digest),
  }));
}

function dateOf(ms: number | null): Date | undefined {
  return ms === null ? undefined : new Date(ms);
}

function readPosition(text: string): { pushedAt: number; digest: string } {
  const [pushedAt, digest] = text.split(' ');
  return { pushedAt: Number(pushedAt), digest: digest ?? '' };
}
