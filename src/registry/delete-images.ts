import { findImageFacts, type ImageFacts, indexesHolding, removeImages } from '../storage/metadata/images.ts';
import { extendLeasesOfImages, type ImagePart, partsOfImages } from '../storage/metadata/layers.ts';
import type { Reading, Writing } from '../storage/metadata/port.ts';
import { removeTag, tagsOf, tagsOfImages } from '../storage/metadata/tags.ts';
import { type Trashing, trashImages } from '../storage/metadata/trash.ts';
import { isIndexMediaType } from '../values/media-type.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { resolveImageId } from './find-images.ts';
import { repositoryIn } from './get-repository.ts';
import { type ImageFailure, type ImageId, imageNotFound, referencedByIndexes } from './image-id.ts';
import { leaseFrom } from './lease.ts';
import { changedImageOf, type NotingChanges, noteChange, noteChanges } from './note-change.ts';
import type { Repository } from './repository.ts';

export type Deleting = NotingChanges & Pick<Core, 'rules'>;

/**
 * Deletes images and tags: by digest the image with all its tags; by tag the tag, and the image when it was its last.
 * What cannot be deleted is a failure of its own and stops nothing else. API_BatchDeleteImage.
 *
 * @throws RepositoryNotFound
 */
export function deleteImages(
  core: Deleting & Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  imageIds: readonly ImageId[],
): Promise<{ deleted: ImageId[]; failures: ImageFailure[] }> {
  return core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const order = core.rules.fidelity === 'aws-strict' ? imageIds : await indexesFirst(tx, repository.id, imageIds);
    const deleted: ImageId[] = [];
    const failures: ImageFailure[] = [];
    for (const imageId of order) {
      const outcome = await deleteOne(core, tx, repository, imageId);
      if ('failureCode' in outcome) failures.push(outcome);
      else deleted.push(...outcome);
    }
    return { deleted, failures };
  });
}

/** docs/differences.md, "An index and its children in one delete": the index goes first, so that they can follow. */
async function indexesFirst(tx: Writing, repositoryId: string, imageIds: readonly ImageId[]): Promise<ImageId[]> {
  const indexes: ImageId[] = [];
  const others: ImageId[] = [];
  for (const imageId of imageIds) {
    const resolved = await resolveImageId(tx, repositoryId, imageId);
    const row = 'digest' in resolved ? await findImageFacts(tx, repositoryId, resolved.digest) : undefined;
    // Of nested indexes the one that nobody holds comes first.
    if (row && isIndexMediaType(row.media_type)) {
      const isHeld = (await indexesHolding(tx, repositoryId, row.digest)).length > 0;
      if (isHeld) indexes.push(imageId);
      else indexes.unshift(imageId);
    } else {
      others.push(imageId);
    }
  }
  return [...indexes, ...others];
}

async function deleteOne(
  core: Deleting,
  tx: Writing,
  repository: Repository,
  imageId: ImageId,
): Promise<ImageId[] | ImageFailure> {
  const repositoryId = repository.id;
  const resolved = await resolveImageId(tx, repositoryId, imageId);
  if ('failureCode' in resolved) return resolved;
  const { digest } = resolved;
  const facts = await findImageFacts(tx, repositoryId, digest);
  if (!facts) return imageNotFound(imageId);
  const tags = await tagsOf(tx, repositoryId, digest);

  const isTagAlone = imageId.imageDigest === undefined && tags.length > 1;
  if (isTagAlone && imageId.imageTag !== undefined) {
    await removeTag(tx, repositoryId, imageId.imageTag);
    const image = changedImageOf(facts);
    await noteChange(core, tx, repository, { kind: 'tag-removed', image, tag: imageId.imageTag });
    return [{ imageDigest: digest, imageTag: imageId.imageTag }];
  }

  const indexes = await indexesHolding(tx, repositoryId, digest);
  if (indexes.length > 0) return referencedByIndexes(imageId, indexes);
  await removeImageAndLeaseLayers(core, tx, repository, facts);
  return tags.length > 0 ? tags.map((imageTag) => ({ imageDigest: digest, imageTag })) : [{ imageDigest: digest }];
}

/** What images have: tags, and layers that they need. By digest; one that has none may be left out. */
export interface Possessions {
  readonly tags: ReadonlyMap<string, readonly string[]>;
  readonly parts: ReadonlyMap<string, readonly ImagePart[]>;
}

export async function possessionsOf(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Possessions> {
  const [tags, parts] = await Promise.all([
    tagsOfImages(tx, repositoryId, digests),
    partsOfImages(tx, repositoryId, digests),
  ]);
  return { tags, parts };
}

/** Removes an image; see `removeImagesAndLeaseLayers`. */
export function removeImageAndLeaseLayers(
  core: Deleting,
  tx: Writing,
  repository: Repository,
  facts: ImageFacts,
): Promise<void> {
  return removeImagesAndLeaseLayers(core, tx, repository, [facts]);
}

/**
 * Removes images with their tags, and appends what was changed, in their order. Their layers may have lost their last
 * reference: each gets a fresh lease here (architecture, invariant 3), which lasts for as long as the images lie in the
 * trash. A fixed number of queries for each hundred of them; who has read what they have in this transaction gives it.
 */
export async function removeImagesAndLeaseLayers(
  core: Deleting,
  tx: Writing,
  repository: Repository,
  images: readonly ImageFacts[],
  known?: Possessions,
): Promise<void> {
  const digests = images.map((it) => it.digest);
  const { tags, parts } = known ?? (await possessionsOf(tx, repository.id, digests));
  const trashing = trashingOf(core);
  if (trashing) await trashImages(tx, { repositoryId: repository.id, tags }, digests, trashing);
  await extendLeasesOfImages(tx, images, latest(leaseFrom(core.clock.now()), trashing?.purgeAt));
  await removeImages(tx, repository.id, images);
  await noteChanges(
    core,
    tx,
    repository,
    images.map((facts) => ({
      kind: 'image-deleted',
      image: changedImageOf(facts),
      parts: { manifestSize: facts.manifest_size, layers: parts.get(facts.digest) ?? [] },
      storageClass: facts.status === 'ACTIVE' ? 'STANDARD' : 'ARCHIVE',
      tags: tags.get(facts.digest) ?? [],
    })),
  );
}

/** How what is deleted now goes to the trash; undefined where there is none. */
export function trashingOf({ clock, rules, actor }: Deleting): Trashing | undefined {
  if (rules.trashMs === 0) return undefined;
  const now = clock.now();
  return { now, by: actor(), purgeAt: new Date(now.getTime() + rules.trashMs) };
}

function latest(one: Date, other: Date | undefined): Date {
  return other && other > one ? other : one;
}
