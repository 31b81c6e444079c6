import { findImage } from '../storage/metadata/images.ts';
import type { Reading } from '../storage/metadata/port.ts';
import type { ImageRow } from '../storage/metadata/tables.ts';
import { findTag } from '../storage/metadata/tags.ts';
import { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { type StoredImage, storedImageOf } from './get-image.ts';
import { repositoryIn } from './get-repository.ts';
import {
  archived,
  type ImageFailure,
  type ImageId,
  imageNotFound,
  keyUnusable,
  malformed,
  tagElsewhere,
} from './image-id.ts';
import type { SealingWorld } from './sealing-keys.ts';

export type FoundImage = StoredImage & { readonly tag: string | undefined };

/**
 * Several images at once, in the order asked; what cannot be had is a failure of its own. API_BatchGetImage.
 *
 * @throws RepositoryNotFound
 */
export async function findImages(
  core: SealingWorld,
  registry: RegistryId,
  repositoryName: string,
  imageIds: readonly ImageId[],
): Promise<{ images: FoundImage[]; failures: ImageFailure[] }> {
  const { repository, rows, failures } = await core.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const rows: { readonly row: ImageRow; readonly imageId: ImageId }[] = [];
    const failures: ImageFailure[] = [];
    for (const imageId of imageIds) {
      const resolved = await resolveImageId(tx, repository.id, imageId);
      if ('failureCode' in resolved) {
        failures.push(resolved);
        continue;
      }
      const row = await findImage(tx, repository.id, resolved.digest);
      if (!row) failures.push(imageNotFound(imageId));
      else if (row.status !== 'ACTIVE') failures.push(archived({ ...imageId, imageDigest: row.digest }));
      else rows.push({ row, imageId });
    }
    return { repository, rows, failures };
  });
  const images: FoundImage[] = [];
  for (const { row, imageId } of rows) {
    try {
      images.push({ ...(await storedImageOf(core, repository, row)), tag: imageId.imageTag });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failures.push(keyUnusable({ ...imageId, imageDigest: row.digest }, error.message));
    }
  }
  return { images, failures };
}

/** The digest that an image id means; its image may still be missing when only the digest is given. */
export async function resolveImageId(
  tx: Reading,
  repositoryId: string,
  imageId: ImageId,
): Promise<{ readonly digest: string } | ImageFailure> {
  const fault = malformed(imageId);
  if (fault) return fault;
  const { imageDigest, imageTag } = imageId;
  if (imageTag === undefined) return imageDigest === undefined ? imageNotFound(imageId) : { digest: imageDigest };
  const tagged = await findTag(tx, repositoryId, imageTag);
  if (tagged === undefined) return imageNotFound(imageId);
  if (imageDigest !== undefined && imageDigest !== tagged) return tagElsewhere(imageId);
  return { digest: tagged };
}
