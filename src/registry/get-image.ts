import { imageByDigestIn, imageByTagIn } from '../storage/metadata/named-images.ts';
import type { ImageRow } from '../storage/metadata/tables.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { openManifest, type RepositoryName } from './image-cells.ts';
import { ImageNotFound, RepositoryNotFound } from './refusals.ts';
import type { SealingWorld } from './sealing-keys.ts';

/** An image by what it is or by what it is called. */
export type ImageReference =
  | { readonly digest: string; readonly tag?: never }
  | { readonly tag: string; readonly digest?: never };

export interface StoredImage {
  readonly repositoryId: string;
  readonly digest: string;
  readonly mediaType: string;
  /** The exact bytes that were pushed. */
  readonly manifest: Buffer;
  readonly pushedAt: Date;
}

/**
 * The manifest as it was pushed.
 *
 * @throws RepositoryNotFound, ImageNotFound (also while it is archived), and the refusals of KMS when its key cannot be used now
 */
export async function getImage(
  core: SealingWorld,
  { registry, repositoryName, reference }: { registry: RegistryId; repositoryName: string; reference: ImageReference },
): Promise<StoredImage> {
  const { hasRepository, image } = await core.metadata.readOne((tx) =>
    reference.tag === undefined
      ? imageByDigestIn(tx, registry, repositoryName, reference.digest)
      : imageByTagIn(tx, registry, repositoryName, reference.tag),
  );
  // An archived image is there, and cannot be had.
  if (image?.status === 'ACTIVE')
    return storedImageOf(core, { id: image.repository_id, registry, name: repositoryName }, image);
  const registryId = registry.account;
  if (!hasRepository) throw RepositoryNotFound({ repositoryName, registryId });
  throw ImageNotFound({ imageDigest: reference.digest, imageTag: reference.tag, repositoryName, registryId });
}

/** @throws the refusals of KMS when its key cannot be used now */
export async function storedImageOf(
  core: SealingWorld,
  repository: RepositoryName,
  row: ImageRow,
): Promise<StoredImage> {
  return {
    repositoryId: repository.id,
    digest: row.digest,
    mediaType: row.media_type,
    manifest: await openManifest(core, repository, row),
    pushedAt: new Date(row.pushed_at),
  };
}
