import { getRepository } from '../registry/get-repository.ts';
import type { ImageId } from '../registry/image-id.ts';
import { namedImageIn } from '../registry/named-image.ts';
import { imageSignings } from '../storage/metadata/image-signings.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

export interface SigningStatus {
  readonly profileArn: string;
  readonly status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';
  readonly failureCode: string | undefined;
  readonly failureReason: string | undefined;
}

/**
 * What became of an image's signatures, by profile. API_DescribeImageSigningStatus.
 *
 * @throws RepositoryNotFound, InvalidParameter, ImageNotFound
 */
export async function signingStatusOf(
  world: Pick<World, 'metadata'>,
  { registry, repositoryName, imageId }: ImageInRepository,
): Promise<{ readonly digest: string; readonly signings: readonly SigningStatus[] }> {
  const repository = await getRepository(world, registry, repositoryName);
  return world.metadata.read(async (tx) => {
    const { digest } = await namedImageIn(tx, repository, imageId);
    const rows = await imageSignings(tx, repository.id, digest);
    const signings = rows.map((row) => ({
      profileArn: row.profile_arn,
      status: row.status,
      failureCode: row.failure_code ?? undefined,
      failureReason: row.failure_reason ?? undefined,
    }));
    return { digest, signings };
  });
}

interface ImageInRepository {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly imageId: ImageId;
}
