import { findImage } from '../storage/metadata/images.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { findTag } from '../storage/metadata/tags.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { type StoredImage, storedImageOf } from './get-image.ts';
import { repositoryIn } from './get-repository.ts';
import { type ImageFailure, type ImageId, imageNotFound, malformed, tagElsewhere } from './image-id.ts';

export type FoundImage = StoredImage & { readonly tag: string | undefined };

/**
 * Several images at once, in the order asked; what cannot be had is a failure of its own. API_BatchGetImage.
 *
 * @throws RepositoryNotFound
 */
export function findImages(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  imageIds: readonly ImageId[],
): Promise<{ images: FoundImage[]; failures: ImageFailure[] }> {
  return core.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const images: FoundImage[] = [];
    const failures: ImageFailure[] = [];
    for (const imageId of imageIds) {
      const resolved = await resolveImageId(tx, repository.id, imageId);
      if ('failureCode' in resolved) {
        failures.push(resolved);
        continue;
      }
      const row = await findImage(tx, repository.id, resolved.digest);
      if (row) images.push({ ...storedImageOf(row), tag: imageId.imageTag });
      else failures.push(imageNotFound(imageId));
    }
    return { images, failures };
  });
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
