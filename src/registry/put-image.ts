import { holdImages, holdRepository, NEAR_A_LIMIT } from '../storage/metadata/holds.ts';
import { addImage, addReferences, findImageFacts, presentImages } from '../storage/metadata/images.ts';
import { nameMediaType, presentLayers } from '../storage/metadata/layers.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { countTags, placeTag } from '../storage/metadata/tags.ts';
import type { PlacedTag } from '../values/change.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { mayMoveTag } from '../values/tag-mutability.ts';
import { activateImage } from './archive-image.ts';
import type { Core } from './core.ts';
import { countNearLimit } from './counted-images.ts';
import { getRepository, repositoryIn } from './get-repository.ts';
import { sealImage } from './image-cells.ts';
import { type NotingChanges, noteChange } from './note-change.ts';
import type { Manifest } from './parse-manifest.ts';
import {
  ImageTagAlreadyExists,
  LayersNotFound,
  LimitExceeded,
  ReferencedImagesNotFound,
  RepositoryNotFound,
} from './refusals.ts';
import type { Repository } from './repository.ts';
import type { SealingWorld } from './sealing-keys.ts';

export interface PutImage {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly manifest: Manifest;
  readonly tags: readonly string[];
}

/**
 * Stores a manifest and points each of `tags` at it; `unchanged` when all was so already. Durable when it resolves;
 * nothing is visible when it throws. The caller has been authorized. Order of checks as ECR's PutImage.
 *
 * @throws RepositoryNotFound, LayersNotFound and ReferencedImagesNotFound (all that are missing),
 *   ImageTagAlreadyExists (taken and may not move), LimitExceeded, and the refusals of KMS
 */
export async function putImage(
  core: SealingWorld & Pick<Core, 'rules' | 'actor'>,
  { registry, repositoryName, manifest, tags }: PutImage,
): Promise<'stored' | 'unchanged'> {
  const now = core.clock.now();
  const sealedFor = await getRepository(core, registry, repositoryName);
  const sealed = await sealImage(core, sealedFor, manifest);

  return core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    // Deleted meanwhile, and another one created.
    if (repository.id !== sealedFor.id) throw RepositoryNotFound({ repositoryName, registryId: registry.account });
    const { childSize, layerSizes } = await checkReferences(
      tx,
      repository,
      manifest,
      core.rules.fidelity === 'aws-strict',
    );

    const isNew = await addImage(tx, {
      repository_id: repository.id,
      digest: manifest.digest,
      media_type: manifest.mediaType,
      artifact_type: manifest.artifactType ?? null,
      manifest_size: manifest.bytes.length,
      image_size: Math.max(sizeOf(manifest), childSize),
      subject_digest: manifest.subject?.digest ?? null,
      pushed_at: now.getTime(),
      ...sealed,
    });
    if (isNew) await addParts(core, tx, repository, manifest);
    const isRestored = !isNew && (await restoreIfArchived(core, tx, repository, manifest.digest));

    const placed = await placeTags(tx, repository, { manifest, tags, now, limit: core.rules.limits.tagsPerImage });
    if (!isNew && !isRestored && placed.length === 0) return 'unchanged';
    await noteChange(core, tx, repository, {
      kind: 'image-pushed',
      image: {
        digest: manifest.digest,
        mediaType: manifest.mediaType,
        artifactType: manifest.artifactType,
        subjectDigest: manifest.subject?.digest,
      },
      parts: isNew ? { manifestSize: manifest.bytes.length, layers: layerSizes } : undefined,
      tags: placed,
    });
    return 'stored';
  });
}

/** Whoever pushes an archived image has it back at once, as at ECR. */
async function restoreIfArchived(
  core: NotingChanges,
  tx: Writing,
  repository: Repository,
  digest: string,
): Promise<boolean> {
  const facts = await findImageFacts(tx, repository.id, digest);
  return facts !== undefined && facts.status !== 'ACTIVE' && activateImage(core, tx, repository, facts);
}

/**
 * Everything that the manifest needs is in the repository. Answers the sizes of its layers and of the largest child.
 * docs/differences.md, "Sparse indexes": only ECR insists on an index's children.
 */
async function checkReferences(
  tx: Writing,
  repository: Repository,
  manifest: Manifest,
  needsChildren: boolean,
): Promise<{ childSize: number; layerSizes: { digest: string; size: number }[] }> {
  const facts = { repositoryName: repository.name, registryId: repository.registry.account };

  const layers = await presentLayers(tx, repository.id, digestsOf(manifest.layers));
  const missingLayers = digestsOf(manifest.layers).filter((digest) => !layers.has(digest));
  if (missingLayers.length > 0) throw LayersNotFound({ missing: missingLayers, ...facts });

  const children = await presentImages(tx, repository.id, digestsOf(manifest.children));
  const missingChildren = digestsOf(manifest.children).filter((digest) => !children.has(digest));
  if (needsChildren && missingChildren.length > 0)
    throw ReferencedImagesNotFound({ missing: missingChildren, ...facts });
  return {
    childSize: Math.max(0, ...Array.from(children.values(), (child) => child.image_size)),
    layerSizes: Array.from(layers, ([digest, { size }]) => ({ digest, size })),
  };
}

async function addParts(
  core: Pick<Core, 'metadata' | 'clock' | 'rules'>,
  tx: Writing,
  repository: Repository,
  manifest: Manifest,
): Promise<void> {
  const image = { repositoryId: repository.id, digest: manifest.digest };
  await addReferences(tx, image, { layers: digestsOf(manifest.layers), children: digestsOf(manifest.children) });
  for (const layer of manifest.layers) await nameMediaType(tx, repository.id, layer.digest, layer.mediaType);
  const limit = core.rules.limits.imagesPerRepository;
  const images = await countNearLimit(core, tx, repository.id, limit);
  if (images === undefined) return;
  if (images > limit - NEAR_A_LIMIT) await holdRepository(tx, repository.id);
  if (images > limit) {
    throw LimitExceeded({
      what: `The number of images in the repository with name '${repository.name}' in the registry with id '${repository.registry.account}' has reached the limit of ${limit}`,
    });
  }
}

/** Points the tags at the image; answers those that were new or moved. */
async function placeTags(
  tx: Writing,
  repository: Repository,
  { manifest, tags, now, limit }: { manifest: Manifest; tags: readonly string[]; now: Date; limit: number },
): Promise<PlacedTag[]> {
  const placed: PlacedTag[] = [];
  for (const tag of tags) {
    const mayMove = mayMoveTag(repository.tagMutability, tag);
    const row = { repository_id: repository.id, tag, digest: manifest.digest, updated_at: now.getTime() };
    const outcome = await placeTag(tx, row, { mayMove });
    if (outcome === 'taken') {
      throw ImageTagAlreadyExists({
        imageTag: tag,
        repositoryName: repository.name,
        mode: repository.tagMutability.mode,
      });
    }
    if (outcome !== 'already') placed.push({ tag, from: outcome.from });
  }
  if (placed.length === 0) return placed;
  const tagsNow = await countTags(tx, repository.id, manifest.digest);
  if (tagsNow > limit - NEAR_A_LIMIT) await holdImages(tx, repository.id, [manifest.digest]);
  if (tagsNow > limit) {
    throw LimitExceeded({ what: `The image with digest '${manifest.digest}' has reached the limit of ${limit} tags` });
  }
  return placed;
}

function sizeOf(manifest: Manifest): number {
  return [...manifest.layers, ...manifest.foreignLayers].reduce((sum, layer) => sum + layer.size, 0);
}

function digestsOf(descriptors: Manifest['layers']): string[] {
  return [...new Set(descriptors.map((it) => it.digest))];
}
