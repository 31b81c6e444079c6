import { findImageFacts, indexesHolding } from '../storage/metadata/images.ts';
import { removeTag } from '../storage/metadata/tags.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { removeImageAndLeaseLayers } from './delete-images.ts';
import { repositoryIn } from './get-repository.ts';
import { ImageNotFound, ImageReferencedByIndex } from './refusals.ts';

type Deleting = Pick<Core, 'metadata' | 'clock'>;

/**
 * Deletes an image and its tags: distribution-spec 1.1, "Deleting Manifests".
 *
 * @throws RepositoryNotFound, ImageNotFound, ImageReferencedByIndex
 */
export async function deleteImageByDigest(
  core: Deleting,
  registry: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<void> {
  const now = core.clock.now();
  await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    if (!(await findImageFacts(tx, repository.id, digest))) {
      throw ImageNotFound({ imageDigest: digest, repositoryName, registryId: registry.account });
    }
    const indexes = await indexesHolding(tx, repository.id, digest);
    if (indexes.length > 0) throw ImageReferencedByIndex({ indexes });
    await removeImageAndLeaseLayers(tx, repository.id, digest, now);
  });
}

/**
 * Deletes a tag alone: distribution-spec 1.1, "Deleting tags". The image stays, though it may be untagged then.
 *
 * @throws RepositoryNotFound, ImageNotFound
 */
export async function deleteTag(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  tag: string,
): Promise<void> {
  await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    if ((await removeTag(tx, repository.id, tag)) === undefined) {
      throw ImageNotFound({ imageTag: tag, repositoryName, registryId: registry.account });
    }
  });
}
