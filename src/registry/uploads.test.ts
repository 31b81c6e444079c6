import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestBerth } from '../../test/berth.ts';
import { OWNER, pushLayer, sha256 } from '../../test/manifests.ts';
import { ownBerth, sharedBerth } from '../../test/shared-berth.ts';
import { pendingRemovals } from '../storage/metadata/journal.ts';
import { findLiveObject } from '../storage/metadata/objects.ts';
import { findUpload } from '../storage/metadata/uploads.ts';
import { ECR_LIMITS } from '../values/limits.ts';
import type { World } from '../world.ts';
import { appendToUpload } from './append-to-upload.ts';
import { completeUpload } from './complete-upload.ts';
import { cancelUpload } from './end-upload.ts';
import { completeParts, uploadPart } from './layer-parts.ts';
import { findLayer, readLayer } from './layers.ts';
import { getUpload, startUpload, type UploadKey } from './uploads.ts';

const shared = sharedBerth();
let berth: TestBerth;
beforeEach(async () => {
  await start(await shared.account());
});

async function start(own: TestBerth): Promise<void> {
  berth = own;
  await berth.createRepository('app');
}

async function begin(repositoryName = 'app'): Promise<UploadKey> {
  const owner = { registry: berth.registry, repositoryName, principal: OWNER };
  return { ...owner, uploadId: (await startUpload(berth.world, owner)).id };
}

/** The same core under another fidelity. */
function asAt(fidelity: World['rules']['fidelity']): World {
  return { ...berth.world, rules: { ...berth.world.rules, fidelity } };
}

const send = (key: UploadKey, bytes: Buffer, range: { firstByte?: number; lastByte?: number } = {}) =>
  appendToUpload(berth.world, { ...key, ...range, bytes: Readable.from([bytes]) });

async function stored(bytes: Buffer, repositoryName = 'app'): Promise<Buffer> {
  const layer = await readLayer(berth.world, berth.registry, repositoryName, sha256(bytes));
  return buffer(await layer.open());
}

test('bytes sent in any number of pieces become the layer that they hash to', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pieces, async (list) => {
      const bytes = Buffer.concat([...list, randomBytes(8)]);
      const key = await begin();
      for (const piece of [...list.map((it) => Buffer.from(it)), bytes.subarray(-8)]) await send(key, piece);
      const completed = await completeUpload(berth.world, { ...key, digests: [sha256(bytes)] });
      expect(completed).toEqual({ digest: sha256(bytes), size: bytes.length, existed: false });
      expect(await stored(bytes)).toEqual(bytes);
    }),
    { numRuns: 10 },
  );
});

test('an upload goes on after a restart, from what was acknowledged', async () => {
  await start(await ownBerth());
  const bytes = randomBytes(3000);
  const key = await begin();
  await send(key, bytes.subarray(0, 1000));
  await berth.restart();
  expect(await getUpload(berth.world, key)).toEqual({ id: key.uploadId, size: 1000 });
  await send(key, bytes.subarray(1000), { firstByte: 1000, lastByte: 2999 });
  await completeUpload(berth.world, { ...key, digests: [sha256(bytes)] });
  expect(await stored(bytes)).toEqual(bytes);
});

test('what a client sent before it went away is kept, and it can go on behind it', async () => {
  const bytes = randomBytes(2000);
  const key = await begin();
  // The HTTP server listens for errors of a request from its first byte on.
  const body = new PassThrough().on('error', () => undefined);
  body.write(bytes.subarray(0, 700));
  const cut = appendToUpload(berth.world, { ...key, bytes: body });
  body.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
  await expect(cut).rejects.toMatchObject({ oci: { status: 408 } });

  const { size } = await getUpload(berth.world, key);
  expect(size).toBe(700);
  await send(key, bytes.subarray(size));
  await completeUpload(berth.world, { ...key, digests: [sha256(bytes)] });
});

test('a piece that belongs elsewhere is refused, says where to go on, and harms nothing', async () => {
  const key = await begin();
  await send(key, Buffer.from('abc'));
  await expect(send(key, Buffer.from('x'), { firstByte: 7, lastByte: 7 })).rejects.toMatchObject({
    code: 'InvalidLayerPartException',
    message: 'First byte of the layer part is 7 instead of 3',
    facts: { lastValidByteReceived: 2, uploadId: key.uploadId },
    oci: { status: 416 },
  });
  await send(key, Buffer.from('def'), { firstByte: 3, lastByte: 5 });
  await completeUpload(berth.world, { ...key, digests: [sha256(Buffer.from('abcdef'))] });
});

test.each([
  ['fewer', 'ab'],
  ['more', 'abcd'],
])('%s bytes than were announced are refused and forgotten', async (_, text) => {
  const key = await begin();
  await expect(send(key, Buffer.from(text), { firstByte: 0, lastByte: 2 })).rejects.toMatchObject({
    oci: { code: 'SIZE_INVALID', status: 400 },
  });
  expect((await getUpload(berth.world, key)).size).toBe(0);
  await send(key, Buffer.from('abc'), { firstByte: 0, lastByte: 2 });
  await completeUpload(berth.world, { ...key, digests: [sha256(Buffer.from('abc'))] });
});

test('while one request adds bytes another is refused', async () => {
  const key = await begin();
  const body = new PassThrough();
  const slow = appendToUpload(berth.world, { ...key, bytes: body });
  const claim = async () => (await berth.world.metadata.read((tx) => findUpload(tx, key.uploadId)))?.claim;
  await vi.waitUntil(async () => (await claim()) !== null, { timeout: 15_000 });

  await expect(send(key, Buffer.from('x'))).rejects.toThrow('Another request is adding bytes');
  body.end('abc');
  expect((await slow).size).toBe(3);
});

test('a wrong digest ends the upload and leaves no layer and no bytes', async () => {
  await start(await ownBerth());
  const key = await begin();
  await send(key, Buffer.from('abc'));
  const wrong = sha256(Buffer.from('abd'));
  await expect(completeUpload(berth.world, { ...key, digests: [wrong] })).rejects.toMatchObject({
    code: 'InvalidLayerException',
    oci: { code: 'DIGEST_INVALID', status: 400 },
  });
  await expect(getUpload(berth.world, key)).rejects.toMatchObject({ code: 'UploadNotFoundException' });
  await expect(findLayer(berth.world, berth.registry, 'app', wrong)).rejects.toMatchObject({
    oci: { code: 'BLOB_UNKNOWN' },
  });
  expect(await Array.fromAsync(berth.world.blobs.list())).toEqual([]);
});

test('an upload is found by its own principal and in its own repository alone', async () => {
  await berth.createRepository('other');
  const key = await begin();
  for (const stranger of [
    { ...key, principal: `arn:aws:iam::${berth.registry.account}:user/eve` },
    { ...key, repositoryName: 'other' },
    { ...key, uploadId: '00000000-0000-0000-0000-000000000000' },
  ]) {
    await expect(getUpload(berth.world, stranger)).rejects.toMatchObject({ code: 'UploadNotFoundException' });
    await expect(send(stranger, Buffer.from('x'))).rejects.toMatchObject({ code: 'UploadNotFoundException' });
  }
});

test('a cancelled upload is gone with its bytes', async () => {
  await start(await ownBerth());
  const key = await begin();
  await send(key, Buffer.from('abc'));
  await cancelUpload(berth.world, key);
  await expect(cancelUpload(berth.world, key)).rejects.toMatchObject({ code: 'UploadNotFoundException' });
  expect(await Array.fromAsync(berth.world.blobs.list())).toEqual([]);
  expect(
    await berth.world.metadata.read((tx) =>
      pendingRemovals(tx, { now: berth.world.clock.now(), after: undefined, limit: 10 }),
    ),
  ).toEqual([]);
});

test('a layer may be empty, unless ECR is to be followed to the letter', async () => {
  const empty = Buffer.alloc(0);
  await completeUpload(berth.world, { ...(await begin()), digests: [sha256(empty)] });
  expect(await stored(empty)).toEqual(empty);

  const refused = completeUpload(asAt('aws-strict'), { ...(await begin()), digests: [sha256(empty)] });
  await expect(refused).rejects.toMatchObject({ code: 'EmptyUploadException' });
});

test('sha512 is verified whether it was announced at the start or not', async () => {
  const bytes = randomBytes(5000);
  const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}` as const;
  const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER };
  for (const announced of [{ algorithm: 'sha512' as const }, {}]) {
    const { id: uploadId } = await startUpload(berth.world, { ...owner, ...announced });
    await send({ ...owner, uploadId }, bytes);
    expect(await completeUpload(berth.world, { ...owner, uploadId, digests: [digest] })).toMatchObject({ digest });
  }
});

test('bytes that the registry has are kept once, and each repository has the layer', async () => {
  await start(await ownBerth());
  await berth.createRepository('other');
  const bytes = randomBytes(100);
  await pushLayer(berth.world, berth.registry, 'app', bytes);
  await pushLayer(berth.world, berth.registry, 'other', bytes);
  expect(await Array.fromAsync(berth.world.blobs.list())).toHaveLength(1);
  expect(await stored(bytes, 'other')).toEqual(bytes);
});

test('lost bytes are missing to whoever asks, and one push brings them back everywhere', async () => {
  await start(await ownBerth());
  await berth.createRepository('other');
  const bytes = randomBytes(100);
  await pushLayer(berth.world, berth.registry, 'app', bytes);
  await pushLayer(berth.world, berth.registry, 'other', bytes);
  for await (const { key } of berth.world.blobs.list()) await berth.world.blobs.remove([key]);

  await expect(findLayer(berth.world, berth.registry, 'app', sha256(bytes))).rejects.toMatchObject({
    oci: { code: 'BLOB_UNKNOWN', status: 404 },
  });
  await pushLayer(berth.world, berth.registry, 'app', bytes);
  expect(await stored(bytes, 'app')).toEqual(bytes);
  expect(await stored(bytes, 'other')).toEqual(bytes);
});

test('a layer whose bytes were cut breaks off, and is never served short', async () => {
  const bytes = randomBytes(1000);
  await pushLayer(berth.world, berth.registry, 'app', bytes);
  const { metadata, blobs } = berth.world;
  const { object_key: objectKey = '' } =
    (await metadata.read((tx) => findLiveObject(tx, berth.registry, sha256(bytes)))) ?? {};
  await blobs.remove([objectKey]);
  await blobs.complete(await blobs.append(await blobs.begin(objectKey), Readable.from([bytes.subarray(500)])));

  await expect(stored(bytes)).rejects.toThrow();
});

test('a layer is larger than the limit allows: refused, with the number', async () => {
  const limits = { ...ECR_LIMITS, layerSizeInBytes: 10 };
  const core = { ...berth.world, rules: { ...berth.world.rules, limits } };
  const key = await begin();
  const tooMuch = appendToUpload(core, { ...key, bytes: Readable.from([Buffer.alloc(11)]) });
  await expect(tooMuch).rejects.toMatchObject({ code: 'LimitExceededException', oci: { status: 413 } });
  expect(ECR_LIMITS.layerSizeInBytes).toBe(54_525_952_000);
});

describe('ECR layer parts', () => {
  const part = (key: UploadKey, firstByte: number, bytes: Buffer, core = berth.world) =>
    uploadPart(core, { ...key, firstByte, lastByte: firstByte + bytes.length - 1, bytes });

  test('come one after the other and become a layer', async () => {
    const bytes = randomBytes(30);
    const key = await begin();
    await part(key, 0, bytes.subarray(0, 20));
    expect(await part(key, 20, bytes.subarray(20))).toEqual({ id: key.uploadId, size: 30 });
    await completeParts(berth.world, { ...key, digests: [sha256(bytes)] });
    expect(await stored(bytes)).toEqual(bytes);
  });

  test('whose length differs from their range are refused', async () => {
    const key = await begin();
    const refused = uploadPart(berth.world, { ...key, firstByte: 0, lastByte: 9, bytes: Buffer.alloc(3) });
    await expect(refused).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  test('that are the same layer again say so after their bytes were verified', async () => {
    const bytes = randomBytes(30);
    await pushLayer(berth.world, berth.registry, 'app', bytes);
    const key = await begin();
    await part(key, 0, bytes);
    await expect(completeParts(berth.world, { ...key, digests: [sha256(bytes)] })).rejects.toMatchObject({
      code: 'LayerAlreadyExistsException',
    });
  });

  test('of no bytes at all make no layer', async () => {
    const key = await begin();
    await expect(completeParts(berth.world, { ...key, digests: [sha256(Buffer.alloc(0))] })).rejects.toMatchObject({
      code: 'EmptyUploadException',
      message: `The upload with id '${key.uploadId}' in the repository with name 'app' in registry with id '${berth.registry.account}' cannot be completed because it does not have any parts.`,
    });
  });

  test('may be small, unless ECR is to be followed to the letter: then all but the last have 5 MiB', async () => {
    const bytes = randomBytes(20);
    for (const [fidelity, outcome] of [
      ['superset', undefined],
      ['aws-strict', 'All layer parts except the last part should be at least 5MB'],
    ] as const) {
      const core = asAt(fidelity);
      const key = await begin();
      await part(key, 0, bytes.subarray(0, 10), core);
      await part(key, 10, bytes.subarray(10), core);
      const completing = completeParts(core, { ...key, digests: [sha256(bytes)] });
      if (outcome === undefined) await completing;
      else await expect(completing).rejects.toThrow(outcome);
    }
    expect(ECR_LIMITS.smallestPartInBytes).toBe(5_242_880);
  });

  test('are limited in number', async () => {
    const limits = { ...ECR_LIMITS, partsPerUpload: 2 };
    const core = { ...berth.world, rules: { ...berth.world.rules, limits } };
    const key = await begin();
    await part(key, 0, Buffer.from('a'), core);
    await part(key, 1, Buffer.from('b'), core);
    await expect(part(key, 2, Buffer.from('c'), core)).rejects.toMatchObject({ code: 'LimitExceededException' });
    expect(ECR_LIMITS.partsPerUpload).toBe(4_200);
  });
});
