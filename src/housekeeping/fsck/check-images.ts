import { openAnnotations, openManifest } from '../../registry/image-cells.ts';
import { type Manifest, parseManifest } from '../../registry/parse-manifest.ts';
import { addReferences, findImageFacts } from '../../storage/metadata/images.ts';
import { type CheckedImage, imagesAfter } from '../../storage/metadata/integrity.ts';
import { presentLayers } from '../../storage/metadata/layers.ts';
import { algorithmOf, isDigest } from '../../values/digest.ts';
import { Refusal } from '../../values/refusal.ts';
import { nameOf } from './finding.ts';
import { type Checking, type Inspection, reportMending } from './inspection.ts';

const AT_ONCE = 20;

/** Every image's manifest is what its digest says, and the rows know what it needs. */
export async function checkImages(inspection: Inspection): Promise<void> {
  const { world, checked } = inspection;
  // Manifests may be megabytes long.
  const page = Math.min(inspection.page, AT_ONCE);
  for (let after = { repository_id: '', digest: '' }; ; ) {
    const images = await world.metadata.read((tx) => imagesAfter(tx, after, page));
    for (const image of images) await checkImage(inspection, image);
    checked.images += images.length;
    inspection.tick();
    const last = images.at(-1);
    if (!last || images.length < page) return;
    after = last;
  }
}

async function checkImage(inspection: Inspection, image: CheckedImage): Promise<void> {
  const subject = nameOf(image, `@${image.digest}`);
  const manifest = await readManifest(inspection, image);
  if (manifest === undefined) return;
  if (typeof manifest === 'string') {
    const next = 'Delete the image and push it again.';
    inspection.report({ kind: 'image-corrupt', subject, detail: manifest, next, outcome: 'found' });
    return;
  }
  await checkReferences(inspection, image, manifest);
}

/** The manifest, or what is wrong with it; undefined when nobody may open it now. */
async function readManifest({ world }: Inspection, image: CheckedImage): Promise<Manifest | string | undefined> {
  const digestAlgorithm = isDigest(image.digest) ? algorithmOf(image.digest) : 'sha256';
  try {
    const bytes = await open(world, image);
    if (bytes === undefined) return undefined;
    const manifest = parseManifest(bytes, { mediaType: image.media_type, fidelity: 'superset', digestAlgorithm });
    if (manifest.digest === image.digest) return manifest;
    return `Its manifest has the digest ${manifest.digest}.`;
  } catch (error) {
    return `Its manifest cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function open(world: Checking, image: CheckedImage): Promise<Buffer | undefined> {
  const { account, region, name, repository_id: id } = image;
  const repository = { id, registry: { account: account ?? '', region: region ?? '' }, name: name ?? '' };
  try {
    await openAnnotations(world, repository, image);
    return await openManifest(world, repository, image);
  } catch (error) {
    // Its KMS key is disabled or gone, as somebody wanted.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A reference that no row knows is one that a collection would not respect: it is added. One too many only keeps more. */
async function checkReferences(inspection: Inspection, image: CheckedImage, manifest: Manifest): Promise<void> {
  const layers = manifest.layers.map((it) => it.digest);
  const children = manifest.children.map((it) => it.digest);
  const notNoted = layers.filter((it) => !image.layers.has(it));
  const held =
    notNoted.length === 0
      ? new Map()
      : await inspection.world.metadata.read((tx) => presentLayers(tx, image.repository_id, notNoted));
  const unknownLayers = notNoted.filter((it) => held.has(it));
  const missing = notNoted.filter((it) => !held.has(it));
  const unknownChildren = children.filter((it) => !image.children.has(it));
  const needless = [
    ...[...image.layers].filter((it) => !layers.some((layer) => layer === it)),
    ...[...image.children].filter((it) => !children.some((child) => child === it)),
  ];
  const subject = nameOf(image, `@${image.digest}`);
  if (missing.length > 0) {
    const detail = `The repository does not hold ${missing.join(', ')}, which the image needs.`;
    inspection.report({ kind: 'layer-missing', subject, detail, next: 'Push the image again.', outcome: 'found' });
  }
  if (needless.length > 0 || image.subject_digest !== (manifest.subject?.digest ?? null)) {
    inspection.report({
      kind: 'image-references-differ',
      subject,
      detail: `The rows say that it refers to ${[...needless, image.subject_digest].join(', ')}, which its manifest does not.`,
      next: 'Delete the image and push it again.',
      outcome: 'found',
    });
  }
  if (unknownLayers.length === 0 && unknownChildren.length === 0) return;
  const finding = {
    kind: 'image-references-differ' as const,
    subject,
    detail: `The rows do not know that it refers to ${[...unknownLayers, ...unknownChildren].join(', ')}.`,
    next: 'Run berth fsck --repair; what remains then is mended by pushing the image again.',
  };
  await reportMending(inspection, finding, 'mended', () =>
    addMissing(inspection, image, unknownLayers, unknownChildren),
  );
}

async function addMissing(
  { world }: Inspection,
  image: CheckedImage,
  layers: readonly string[],
  children: readonly string[],
): Promise<boolean> {
  return world.metadata.write(async (tx) => {
    if (!(await findImageFacts(tx, image.repository_id, image.digest))) return false;
    const present = await presentLayers(tx, image.repository_id, layers);
    const key = { repositoryId: image.repository_id, digest: image.digest };
    await addReferences(tx, key, { layers: layers.filter((it) => present.has(it)), children });
    return true;
  });
}
