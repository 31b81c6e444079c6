import { findImageFacts, indexesHolding } from '../storage/metadata/images.ts';
import { removeTag } from '../storage/metadata/tags.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { type Deleting, removeImageAndLeaseLayers } from './delete-images.ts';
import { repositoryIn } from './get-repository.ts';
import { changedImageOf, noteChange } from './note-change.ts';
import { ImageNotFound, ImageReferencedByIndex } from './refusals.ts';

type DeletingHere = Deleting & Pick<Core, 'metadata'>;

/**
 * Deletes an image and its tags: distribution-spec 1.1, "Deleting Manifests".
 *
 * @throws RepositoryNotFound, ImageNotFound, ImageReferencedByIndex
 */
export async function deleteImageByDigest(
  core: DeletingHere,
  registry: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<void> {
  await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const facts = await findImageFacts(tx, repository.id, digest);
    if (!facts) {
      throw ImageNotFound({ imageDigest: digest, repositoryName, registryId: registry.account });
    }
    const indexes = await indexesHolding(tx, repository.id, digest);
    if (indexes.length > 0) throw ImageReferencedByIndex({ indexes });
    await removeImageAndLeaseLayers(core, tx, repository, facts);
  });
}

/**
 * Deletes a tag alone: distribution-spec 1.1, "Deleting tags". The image stays, though it may be untagged then.
 *
 * @throws RepositoryNotFound, ImageNotFound
 */
export async function deleteTag(
  core: DeletingHere,
  registry: RegistryId,
  repositoryName: string,
  tag: string,
): Promise<void> {
  await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const digest = await removeTag(tx, repository.id, tag);
    const facts = digest === undefined ? undefined : await findImageFacts(tx, repository.id, digest);
    if (!facts) {
      throw ImageNotFound({ imageTag: tag, repositoryName, registryId: registry.account });
    }
    await noteChange(core, tx, repository, { kind: 'tag-removed', image: changedImageOf(facts), tag });
  });
}
