import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { OWNER, sha256 } from '../../test/manifests.ts';
import { findUpload } from '../storage/metadata/uploads.ts';
import { appendToUpload } from './append-to-upload.ts';
import { CLAIM_MS, claimUpload } from './claim-upload.ts';
import { completeUpload } from './complete-upload.ts';
import type { Core } from './core.ts';
import { startUpload, type UploadKey } from './uploads.ts';

const BYTES = randomBytes(2000);
const RENEWAL_MS = 5_000;

let berth: TestBerth;
let key: UploadKey;
beforeEach(async () => {
  berth = await startBerth();
  await berth.createRepository('app');
  const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER };
  key = { ...owner, uploadId: (await startUpload(berth.world, owner)).id };
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await berth.stop();
});

const row = () => berth.world.metadata.read((tx) => findUpload(tx, key.uploadId));
const until = async (isSo: (found: Awaited<ReturnType<typeof row>>) => boolean) =>
  vi.waitUntil(async () => isSo(await row()), { timeout: 15_000 });
const add = (core: Core, bytes: Readable) => appendToUpload(core, { ...key, bytes });
const later = (ms: number) => berth.world.clock.now().getTime() + ms;

/** Time passes, and the process has its turn. */
async function passes(ms: number): Promise<void> {
  berth.pass(ms);
  vi.advanceTimersByTime(RENEWAL_MS);
  await until((found) => found?.claimed_until === later(CLAIM_MS));
}

test('an upload whose client is silent stays its own', async () => {
  const body = new PassThrough();
  const adding = add(berth.world, body);
  body.write(BYTES.subarray(0, 500));
  await until((found) => found?.claim !== null);
  for (let i = 0; i < 4; i++) {
    await passes(CLAIM_MS - 1);
    await expect(add(berth.world, Readable.from(['x']))).rejects.toThrow('Another request is adding bytes');
  }
  body.end(BYTES.subarray(500));
  expect((await adding).size).toBe(BYTES.length);
  expect(vi.getTimerCount()).toBe(0);
  expect(await completeUpload(berth.world, { ...key, digests: [sha256(BYTES)] })).toMatchObject({ size: 2000 });
});

test('an upload whose store takes its time to complete it stays its own', async () => {
  await add(berth.world, Readable.from([BYTES]));
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const { blobs } = berth.world;
  const slow: Core = {
    ...berth.world,
    blobs: { ...blobs, complete: (draft) => finished.then(() => blobs.complete(draft)) },
  };
  const completing = completeUpload(slow, { ...key, digests: [sha256(BYTES)] });
  await until((found) => found?.claim !== null);
  for (let i = 0; i < 4; i++) await passes(CLAIM_MS - 1);
  await expect(add(berth.world, Readable.from(['x']))).rejects.toThrow('Another request is adding bytes');
  finish();
  expect(await completing).toMatchObject({ digest: sha256(BYTES) });
  expect(vi.getTimerCount()).toBe(0);
});

test('an upload whose process died goes on after half a minute, and not before', async () => {
  await add(berth.world, Readable.from([BYTES.subarray(0, 500)]));
  await claimUpload(berth.world, key);
  berth.pass(30_000);
  await expect(add(berth.world, Readable.from(['x']))).rejects.toThrow('Another request is adding bytes');
  berth.pass(1);
  expect((await add(berth.world, Readable.from([BYTES.subarray(500)]))).size).toBe(2000);
  await completeUpload(berth.world, { ...key, digests: [sha256(BYTES)] });
});

test('a process that stood still too long does not take back what another has by now', async () => {
  const body = new PassThrough();
  const stalled = add(berth.world, body).catch((error: unknown) => error);
  await until((found) => found?.claim !== null);
  berth.pass(CLAIM_MS + 1);
  const { claim } = await claimUpload(berth.world, key);
  const taken = await row();
  berth.pass(1_000);
  vi.advanceTimersByTime(RENEWAL_MS);
  body.end(BYTES);
  expect(await stalled).toMatchObject({ code: 'UploadNotFoundException' });
  expect(await row()).toMatchObject({ claim, claimed_until: taken?.claimed_until });
});

test('a renewal that fails harms nothing: the next one comes before the claim ends', async () => {
  let isDown = false;
  const { metadata } = berth.world;
  const shaky: Core = {
    ...berth.world,
    metadata: {
      ...metadata,
      write: (work, options) => (isDown ? Promise.reject(new Error('away')) : metadata.write(work, options)),
    },
  };
  const body = new PassThrough();
  body.write(BYTES.subarray(0, 500));
  const adding = add(shaky, body);
  await until((found) => found?.claim !== null);
  // What is written before the first bytes is: from now on there are renewals alone.
  await vi.waitUntil(() => body.readableLength === 0);
  isDown = true;
  berth.pass(RENEWAL_MS);
  vi.advanceTimersByTime(RENEWAL_MS);
  await vi.waitUntil(() => berth.log.some((it) => it['message'] === 'claim of an upload was not renewed'));
  isDown = false;
  const failing = adding.then(() => Promise.reject(new Error('It has ended before its body.')));
  await Promise.race([passes(RENEWAL_MS), failing]);
  body.end(BYTES.subarray(500));
  expect((await adding).size).toBe(2000);
});
