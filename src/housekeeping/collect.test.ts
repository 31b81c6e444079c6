import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { aManifest, OWNER, pushLayer } from '../../test/manifests.ts';
import { leased, TAKEN } from '../jobs/lease.ts';
import { appendToUpload } from '../registry/append-to-upload.ts';
import { deleteImageByDigest } from '../registry/delete-image.ts';
import { deleteRepository } from '../registry/delete-repository.ts';
import { deleteLayer, findLayer } from '../registry/layers.ts';
import { mountLayer } from '../registry/mount-layer.ts';
import { putImage } from '../registry/put-image.ts';
import { startUpload } from '../registry/uploads.ts';
import { removeExpiredLayers } from '../storage/metadata/layers.ts';
import type { World } from '../world.ts';
import { collect } from './collect.ts';
import { expireUploads } from './expire-uploads.ts';
import { explain } from './explain.ts';
import { fsck } from './fsck.ts';
import { COLLECTION_LEASE, keepHouse } from './keep-house.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What 100 bytes are in the store: behind a header, before a tag. */
const SEALED = 256 + 100 + 16;

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
  await berth.createRepository('app');
});
afterEach(() => berth.stop());

const push = (repositoryName: string, bytes: Buffer) => pushLayer(berth.world, berth.registry, repositoryName, bytes);

const stored = async (world: Pick<World, 'blobs'> = berth.world) =>
  (await Array.fromAsync(world.blobs.list())).map((it) => it.sizeInBytes).toSorted((a, b) => a - b);

async function pushImage(repositoryName: string, layer: Buffer, tag = 'v1') {
  const config = await push(repositoryName, Buffer.from(`{"for":"${tag}"}`));
  const manifest = aManifest({ config, layers: [await push(repositoryName, layer)] });
  await putImage(berth.world, { registry: berth.registry, repositoryName, manifest, tags: [tag] });
  return manifest;
}

test('a layer that no image needs goes a day after it was pushed, not before', async () => {
  const layer = await push('app', randomBytes(100));
  berth.pass(DAY - 1000);
  await collect(berth.world);
  expect(await stored()).toEqual([SEALED]);
  berth.pass(2000);
  const report = await collect(berth.world);
  expect(report).toMatchObject({ layersExpired: 1, objectsCondemned: 1, objectsRemoved: 1, bytesRemoved: 100 });
  expect(await stored()).toEqual([]);
  await expect(findLayer(berth.world, berth.registry, 'app', layer.digest)).rejects.toThrow();
});

test('bytes of an upload that come back after they were removed go once more, and are nobody’s meanwhile', async () => {
  const { id } = await startUpload(berth.world, { registry: berth.registry, repositoryName: 'app', principal: OWNER });
  const upload = { registry: berth.registry, repositoryName: 'app', principal: OWNER, uploadId: id };
  await appendToUpload(berth.world, { ...upload, bytes: Readable.from([randomBytes(100)]) });
  const [object] = await Array.fromAsync(berth.world.blobs.list());
  const key = object?.key ?? '';
  // A store behind a network: a write that was given up may arrive within the hour.
  const world = { ...berth.world, blobs: { ...berth.world.blobs, lateWritesMs: HOUR } };
  berth.pass(2 * DAY);
  await expireUploads(world);
  expect(await collect(world)).toMatchObject({ objectsRemoved: 1 });
  expect(await stored()).toEqual([]);

  const late = await world.blobs.append(await world.blobs.begin(key), Readable.from([Buffer.from('late')]));
  await world.blobs.complete(late);
  expect(await fsck(world, { repair: false, deep: true })).toMatchObject({ isClean: true });
  await collect(world);
  expect(await stored()).toEqual([4]);
  berth.pass(HOUR);
  await collect(world);
  expect(await stored()).toEqual([]);
  expect(await collect(world)).toMatchObject({ objectsRemoved: 0 });
});

test('layers of an image stay however old they are, and go a day after the image', async () => {
  const manifest = await pushImage('app', randomBytes(100));
  berth.pass(400 * DAY);
  await collect(berth.world);
  await collect(berth.world);
  expect(await stored()).toHaveLength(2);
  await deleteImageByDigest(berth.world, berth.registry, 'app', manifest.digest);
  await collect(berth.world);
  expect(await stored()).toHaveLength(2);
  berth.pass(DAY + 1000);
  await collect(berth.world);
  expect(await stored()).toEqual([]);
});

test('a layer whose lease ran out while an image needed it is not looked at again', async () => {
  await pushImage('app', randomBytes(100));
  berth.pass(2 * DAY);
  const now = berth.world.clock.now();
  const look = () => berth.world.metadata.write((tx) => removeExpiredLayers(tx, now, 10));
  expect(await look()).toEqual({ looked: 2, removed: 0 });
  expect(await look()).toEqual({ looked: 0, removed: 0 });
});

test('bytes that two repositories share stay until the last of them is gone', async () => {
  await berth.createRepository('copy');
  const { digest } = await push('app', randomBytes(100));
  await mountLayer(berth.world, {
    registry: berth.registry,
    from: 'app',
    to: 'copy',
    digest,
    mayRead: async () => true,
  });
  await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'app', force: true });
  await collect(berth.world);
  expect(await stored()).toEqual([SEALED]);
  await deleteLayer(berth.world, berth.registry, 'copy', digest);
  await collect(berth.world);
  expect(await stored()).toEqual([]);
});

test('a repository’s bytes go with it, in batches however small', async () => {
  for (let i = 0; i < 5; i++) await pushImage('app', randomBytes(50), `v${i}`);
  await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'app', force: true });
  const report = await collect(berth.world, { limits: { batch: 2, removals: 2 } });
  expect(report).toMatchObject({ objectsCondemned: 10, objectsRemoved: 10, isComplete: true });
  expect(await stored()).toEqual([]);
});

test('an upload that nobody goes on with ends with its bytes, also when its repository is gone', async () => {
  const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER };
  await startUpload(berth.world, owner);
  await startUpload(berth.world, owner);
  await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'app', force: true });
  expect(await expireUploads(berth.world)).toEqual({ uploadsEnded: 0, isComplete: true });
  berth.pass(berth.world.rules.uploadExpiryMs + 1000);
  expect(await expireUploads(berth.world, { limits: { batch: 1 } })).toEqual({ uploadsEnded: 2, isComplete: true });
  expect(await collect(berth.world)).toMatchObject({ objectsRemoved: 2 });
});

test('an object that the store will not remove holds up nothing, and is tried again', async () => {
  const layers = await Promise.all([1, 2, 3].map((size) => push('app', randomBytes(size))));
  for (const { digest } of layers) await deleteLayer(berth.world, berth.registry, 'app', digest);
  let stuck = '';
  const blobs: World['blobs'] = {
    ...berth.world.blobs,
    async remove(keys) {
      stuck ||= keys[1] ?? '';
      if (keys.includes(stuck)) throw new Error('busy');
      await berth.world.blobs.remove(keys);
    },
  };
  expect(await collect({ ...berth.world, blobs })).toMatchObject({ objectsRemoved: 2, removalsFailed: 1 });
  expect(await stored()).toHaveLength(1);
  expect(await collect(berth.world)).toMatchObject({ objectsRemoved: 1, removalsFailed: 0 });
});

test('a signal ends it after the batch under way, and the next run does the rest', async () => {
  for (let i = 0; i < 4; i++) {
    const { digest } = await push('app', randomBytes(10));
    await deleteLayer(berth.world, berth.registry, 'app', digest);
  }
  const stop = new AbortController();
  const metadata: World['metadata'] = {
    ...berth.world.metadata,
    async write(work) {
      const result = await berth.world.metadata.write(work);
      if ((await stored()).length === 3) stop.abort();
      return result;
    },
  };
  const report = await collect(
    { ...berth.world, metadata },
    { signal: stop.signal, limits: { batch: 1, removals: 1 } },
  );
  expect(report).toMatchObject({ isComplete: false, objectsRemoved: 1 });
  expect(await collect(berth.world)).toMatchObject({ isComplete: true, objectsRemoved: 3 });
});

test('the journal says why each object went, and forgets it after 90 days', async () => {
  const { digest } = await push('app', randomBytes(100));
  berth.pass(DAY + 1000);
  await collect(berth.world);
  const { why, collected } = await explain(berth.world, digest);
  expect(collected).toMatchObject([{ sizeInBytes: 100, removedAt: berth.world.clock.now() }]);
  expect(why).toEqual([
    expect.stringContaining('because no image of repository app needed it and its lease had run out; its bytes went'),
  ]);
  berth.pass(90 * DAY + 1000);
  expect(await collect(berth.world)).toMatchObject({ entriesForgotten: 1 });
  expect((await explain(berth.world, digest)).why).toEqual([expect.stringContaining('Nothing is known of it')]);
});

test('why a digest stays names the repositories, the images and the lease', async () => {
  const layer = randomBytes(100);
  const manifest = await pushImage('app', layer);
  const [, { digest }] = manifest.layers as [unknown, { digest: string }];
  await berth.createRepository('copy');
  await mountLayer(berth.world, {
    registry: berth.registry,
    from: 'app',
    to: 'copy',
    digest,
    mayRead: async () => true,
  });
  const { why, layers } = await explain(berth.world, digest);
  expect(layers).toMatchObject([
    { repository: '123456789012/us-east-1/app', neededBy: [manifest.digest] },
    { repository: '123456789012/us-east-1/copy', neededBy: [] },
  ]);
  expect(why[0]).toBe('It is kept in 123456789012/us-east-1/app: an image needs it.');
  expect(why[1]).toContain(`until ${new Date(berth.world.clock.now().getTime() + DAY).toISOString()}`);
  expect((await explain(berth.world, manifest.digest)).why[0]).toContain('is an image of 123456789012/us-east-1/app');
});

test('collections at once, and pushes of the same bytes beside them, lose nothing that was acknowledged', async () => {
  const contents = Array.from({ length: 6 }, (_, i) => Buffer.from(`contents ${i}`));
  for (let round = 0; round < 4; round++) {
    const work = contents.map(async (bytes, i) => {
      const manifest = await pushImage('app', bytes, `v${i}`);
      if ((round + i) % 2 === 0) {
        await deleteImageByDigest(berth.world, berth.registry, 'app', manifest.digest);
        for (const layer of manifest.layers) {
          await deleteLayer(berth.world, berth.registry, 'app', layer.digest).catch(() => undefined);
        }
      }
    });
    const collections = [1, 2, 3].map((batch) => collect(berth.world, { limits: { batch, removals: batch } }));
    await Promise.all([...work, ...collections]);
    const report = await fsck(berth.world, { repair: false });
    expect(report.findings).toEqual([]);
  }
  expect(berth.log.filter((line) => line['level'] === 'error')).toEqual([]);
});

test('bytes stay for the removal delay after their last row has gone', async () => {
  await push('app', randomBytes(100));
  const patient = { ...berth.world, rules: { ...berth.world.rules, removalDelayMs: 3 * DAY } };
  berth.pass(DAY + 1000);

  expect(await collect(patient)).toMatchObject({ objectsCondemned: 1, objectsRemoved: 0 });
  berth.pass(3 * DAY - 1);
  expect(await collect(patient)).toMatchObject({ objectsRemoved: 0 });
  expect(await stored()).toEqual([SEALED]);
  berth.pass(1);
  expect(await collect(patient)).toMatchObject({ objectsRemoved: 1, bytesRemoved: 100 });
  expect(await stored()).toEqual([]);
});

test('one process collects at a time', async () => {
  await push('app', randomBytes(100));
  berth.pass(DAY + 1000);

  const meanwhile = await leased(berth.world, { name: COLLECTION_LEASE }, () => keepHouse(berth.world));

  expect(meanwhile).toBe(TAKEN);
  expect(await keepHouse(berth.world)).toMatchObject({ objectsRemoved: 1, uploadsEnded: 0 });
});
