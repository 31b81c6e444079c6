import { repositoryIn } from '../registry/get-repository.ts';
import type { ImageId } from '../registry/image-id.ts';
import { namedImageIn } from '../registry/named-image.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

/**
 * Looks the image up. It was replicated nowhere: no replication has been done by this version, whatever the registry's
 * rules say (docs/differences.md, Replication). Answers its digest. API_DescribeImageReplicationStatus.
 *
 * @throws RepositoryNotFound, ImageNotFound, InvalidParameter
 */
export async function replicatedImage(
  { metadata }: Pick<World, 'metadata'>,
  { registry, repositoryName, imageId }: { registry: RegistryId; repositoryName: string; imageId: ImageId },
): Promise<string> {
  const { digest } = await metadata.read(async (tx) =>
    namedImageIn(tx, await repositoryIn(tx, registry, repositoryName), imageId),
  );
  return digest;
}
