import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect } from 'vitest';
import { collect } from '../../src/housekeeping/collect.ts';
import { expireUploads } from '../../src/housekeeping/expire-uploads.ts';
import { appendToUpload } from '../../src/registry/append-to-upload.ts';
import { deleteImageByDigest } from '../../src/registry/delete-image.ts';
import { deleteRepository } from '../../src/registry/delete-repository.ts';
import { cancelUpload } from '../../src/registry/end-upload.ts';
import { deleteLayer, findLayer } from '../../src/registry/layers.ts';
import { mountLayer } from '../../src/registry/mount-layer.ts';
import type { Manifest } from '../../src/registry/parse-manifest.ts';
import { putImage } from '../../src/registry/put-image.ts';
import { startUpload } from '../../src/registry/uploads.ts';
import { emptyTrash } from '../../src/trash/empty-trash.ts';
import { undeleteImage } from '../../src/trash/undelete-image.ts';
import { undeleteRepository } from '../../src/trash/undelete-repository.ts';
import { Refusal } from '../../src/values/refusal.ts';
import type { TestBerth } from '../berth.ts';
import { aManifest, descriptorOf, OWNER, pushLayer, sha256 } from '../manifests.ts';
import { aRepository, collectModel, DAY, IMAGES, lease, type Model, needs } from './model.ts';

export interface Real {
  readonly berth: TestBerth;
}

type Command = fc.AsyncCommand<Model, Real>;

const bytesOf = (layer: number) => Buffer.from(`layer ${layer}`);

export const digestOfLayer = (layer: number) => sha256(bytesOf(layer));

export function imageOf(image: number): Manifest {
  const [config, ...layers] = (IMAGES[image] ?? []).map((layer) => descriptorOf(bytesOf(layer)));
  if (!config) throw new Error(`There is no image ${image}.`);
  return aManifest({ config, layers, note: `image ${image}` });
}

/** Whether the registry did it; only a refusal is a no. */
async function happens(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name };
}

const push = (repository: string, layer: number): Command =>
  command(`push layer ${layer} to ${repository}`, async (model, real) => {
    const { world, registry } = real.berth;
    const isDone = await happens(pushLayer(world, registry, repository, bytesOf(layer)));
    const there = model.repositories.get(repository);
    expect(isDone).toBe(there !== undefined);
    if (there) lease(there, layer, model.now + DAY);
  });

const mount = (from: string, to: string, layer: number): Command =>
  command(`mount layer ${layer} from ${from} into ${to}`, async (model, real) => {
    const names = { from, to, registry: real.berth.registry };
    const digest = digestOfLayer(layer);
    const mounting = mountLayer(real.berth.world, { ...names, digest, mayRead: async () => true });
    const target = model.repositories.get(to);
    const expected = model.repositories.get(from)?.layers.has(layer) ?? false;
    if (target) expect(await mounting).toBe(expected);
    else expect(await happens(mounting)).toBe(false);
    if (expected && target) lease(target, layer, model.now + DAY);
  });

const look = (repository: string, layer: number): Command =>
  command(`ask ${repository} for layer ${layer}`, async (model, real) => {
    const { world, registry } = real.berth;
    const digest = digestOfLayer(layer);
    const isThere = await happens(findLayer(world, registry, repository, digest));
    const there = model.repositories.get(repository);
    const leasedUntil = there?.layers.get(layer);
    expect(isThere).toBe(leasedUntil !== undefined);
    if (!there || leasedUntil === undefined || needs(there, layer)) return;
    if (leasedUntil - model.now <= DAY / 2) there.layers.set(layer, model.now + DAY);
  });

const put = (repository: string, image: number): Command =>
  command(`put image ${image} into ${repository}`, async (model, real) => {
    const { world, registry } = real.berth;
    const manifest = imageOf(image);
    const repositoryName = repository;
    const isDone = await happens(putImage(world, { registry, repositoryName, manifest, tags: [`v${image}`] }));
    const there = model.repositories.get(repository);
    expect(isDone).toBe(IMAGES[image]?.every((layer) => there?.layers.has(layer)));
    if (isDone) there?.images.add(image);
  });

const pushImage = (repository: string, image: number): Command =>
  command(`push image ${image} to ${repository}`, async (model, real) => {
    for (const layer of IMAGES[image] ?? []) await push(repository, layer).run(model, real);
    await put(repository, image).run(model, real);
  });

const removeImage = (repository: string, image: number): Command =>
  command(`delete image ${image} from ${repository}`, async (model, real) => {
    const { world, registry } = real.berth;
    const { digest } = imageOf(image);
    const isDone = await happens(deleteImageByDigest(world, registry, repository, digest));
    const there = model.repositories.get(repository);
    expect(isDone).toBe(there?.images.delete(image) ?? false);
    if (!isDone || !there) return;
    for (const layer of IMAGES[image] ?? []) lease(there, layer, model.now + Math.max(DAY, model.trashMs));
    if (model.trashMs > 0) there.trash.set(image, model.now + model.trashMs);
  });

const undelete = (repository: string, image: number): Command =>
  command(`have image ${image} of ${repository} back`, async (model, real) => {
    const { world, registry } = real.berth;
    const { digest } = imageOf(image);
    const isDone = await happens(undeleteImage(world, registry, repository, { digest }));
    const there = model.repositories.get(repository);
    const isKnown = there?.images.has(image) || there?.trash.has(image);
    expect(isDone).toBe(isKnown === true && IMAGES[image]?.every((layer) => there?.layers.has(layer)));
    if (!isDone) return;
    there?.images.add(image);
    there?.trash.delete(image);
  });

const removeLayer = (repository: string, layer: number): Command =>
  command(`delete layer ${layer} from ${repository}`, async (model, real) => {
    const { world, registry } = real.berth;
    const digest = digestOfLayer(layer);
    const isDone = await happens(deleteLayer(world, registry, repository, digest));
    const there = model.repositories.get(repository);
    expect(isDone).toBe(there?.layers.has(layer) === true && !needs(there, layer));
    if (isDone) there?.layers.delete(layer);
  });

const create = (repository: string): Command =>
  command(`create ${repository}`, async (model, real) => {
    const isDone = await happens(real.berth.createRepository(repository));
    expect(isDone).toBe(!model.repositories.has(repository));
    if (isDone) model.repositories.set(repository, aRepository());
  });

const removeRepository = (repository: string): Command =>
  command(`delete ${repository}`, async (model, real) => {
    const { world, registry } = real.berth;
    const input = { registry, repositoryName: repository, force: true };
    const there = model.repositories.get(repository);
    expect(await happens(deleteRepository(world, input))).toBe(model.repositories.delete(repository));
    if (there && there.images.size > 0 && model.trashMs > 0) {
      model.trashed.push({ name: repository, repository: there, purgeAt: model.now + model.trashMs });
    }
    // Of two with one name the later one is had back first.
    await pass(0.001).run(model, real);
  });

const undeleteAll = (repository: string): Command =>
  command(`have ${repository} back`, async (model, real) => {
    const { world, registry } = real.berth;
    const trashed = model.trashed.findLast((it) => it.name === repository);
    const isDone = await happens(undeleteRepository(world, registry, repository));
    expect(isDone).toBe(trashed !== undefined && !model.repositories.has(repository));
    if (!isDone || !trashed) return;
    model.repositories.set(repository, trashed.repository);
    model.trashed = model.trashed.filter((it) => it !== trashed);
  });

const begin = (repository: string): Command =>
  command(`begin an upload to ${repository}`, async (model, real) => {
    if (!model.repositories.has(repository)) return;
    const { world, registry } = real.berth;
    const owner = { registry, repositoryName: repository, principal: OWNER };
    const { id: uploadId } = await startUpload(world, owner);
    await appendToUpload(world, { ...owner, uploadId, bytes: Readable.from([Buffer.from('never completed')]) });
    model.uploads.set(uploadId, { repositoryName: repository, expiresAt: model.now + world.rules.uploadExpiryMs });
  });

const cancel: Command = command('cancel the oldest upload', async (model, real) => {
  const [oldest] = model.uploads;
  if (!oldest) return;
  const [uploadId, { repositoryName }] = oldest;
  const owner = { registry: real.berth.registry, repositoryName, principal: OWNER };
  const isDone = await happens(cancelUpload(real.berth.world, { ...owner, uploadId }));
  if (isDone) model.uploads.delete(uploadId);
  // An upload of a repository that was deleted meanwhile is nobody's; it ends when its time is over.
  if (!isDone) model.uploads.set(uploadId, { ...oldest[1] });
});

export const pass = (hours: number): Command =>
  command(`let ${hours} hours pass`, async (model, real) => {
    real.berth.pass(hours * 3_600_000);
    model.now += hours * 3_600_000;
  });

export const tidy = (batch: number): Command =>
  command('collect', async (model, real) => {
    await expireUploads(real.berth.world, { limits: { batch } });
    await emptyTrash(real.berth.world);
    await collect(real.berth.world, { limits: { batch, removals: batch } });
    collectModel(model);
  });

const REPOSITORIES = fc.constantFrom('left', 'right');
const LAYERS = fc.constantFrom(0, 1, 2);
const IMAGE_NUMBERS = fc.nat({ max: IMAGES.length - 1 });

const IMAGE = fc.tuple(REPOSITORIES, IMAGE_NUMBERS);
const LAYER = fc.tuple(REPOSITORIES, LAYERS);

/** Anything that a client may do, time, and collections; what leads somewhere stands more than once. */
export const COMMANDS: fc.Arbitrary<Command>[] = [
  LAYER.map(([repository, layer]) => push(repository, layer)),
  IMAGE.map(([repository, image]) => pushImage(repository, image)),
  IMAGE.map(([repository, image]) => pushImage(repository, image)),
  IMAGE.map(([repository, image]) => put(repository, image)),
  fc.tuple(REPOSITORIES, REPOSITORIES, LAYERS).map(([from, to, layer]) => mount(from, to, layer)),
  LAYER.map(([repository, layer]) => look(repository, layer)),
  LAYER.map(([repository, layer]) => look(repository, layer)),
  IMAGE.map(([repository, image]) => removeImage(repository, image)),
  IMAGE.map(([repository, image]) => removeImage(repository, image)),
  LAYER.map(([repository, layer]) => removeLayer(repository, layer)),
  REPOSITORIES.map(create),
  REPOSITORIES.map(create),
  REPOSITORIES.map(removeRepository),
  REPOSITORIES.map(undeleteAll),
  IMAGE.map(([repository, image]) => undelete(repository, image)),
  REPOSITORIES.map(begin),
  fc.constant(cancel),
  fc.constantFrom(1, 13, 25, 24 * 8).map(pass),
  fc.constantFrom(13, 25).map(pass),
  fc.constantFrom(1, 2, 200).map(tidy),
  fc.constantFrom(1, 2, 200).map(tidy),
  fc.constantFrom(1, 2, 200).map(tidy),
];
