import { findImage, findImageByTag } from '../storage/metadata/images.ts';
import type { ImageRow } from '../storage/metadata/tables.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { repositoryIn } from './get-repository.ts';
import { ImageNotFound } from './refusals.ts';

/** An image by what it is or by what it is called. */
export type ImageReference =
  | { readonly digest: string; readonly tag?: never }
  | { readonly tag: string; readonly digest?: never };

export interface StoredImage {
  readonly digest: string;
  readonly mediaType: string;
  /** The exact bytes that were pushed. */
  readonly manifest: Buffer;
  readonly pushedAt: Date;
}

/**
 * The manifest as it was pushed.
 *
 * @throws RepositoryNotFound, ImageNotFound
 */
export function getImage(
  core: Pick<Core, 'metadata'>,
  { registry, repositoryName, reference }: { registry: RegistryId; repositoryName: string; reference: ImageReference },
): Promise<StoredImage> {
  return core.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const row =
      reference.tag === undefined
        ? await findImage(tx, repository.id, reference.digest)
        : await findImageByTag(tx, repository.id, reference.tag);
    if (row) return storedImageOf(row);
    throw ImageNotFound({
      imageDigest: reference.digest,
      imageTag: reference.tag,
      repositoryName,
      registryId: registry.account,
    });
  });
}

export function storedImageOf(row: ImageRow): StoredImage {
  const { buffer, byteOffset, byteLength } = row.manifest;
  return {
    digest: row.digest,
    mediaType: row.media_type,
    manifest: Buffer.from(buffer, byteOffset, byteLength),
    pushedAt: new Date(row.pushed_at),
  };
}
