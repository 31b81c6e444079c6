import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { OWNER, pushLayer } from '../../../test/manifests.ts';
import { appendToUpload } from '../../registry/append-to-upload.ts';
import { startUpload } from '../../registry/uploads.ts';
import type { StoredObject } from '../../storage/blobs/port.ts';
import type { World } from '../../world.ts';
import { fsck } from '../fsck.ts';

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
  await berth.createRepository('app');
});
afterEach(() => berth.stop());

/** The store, listing each object in two pieces, as one does that keeps drafts so. */
function inPieces(which: (stored: StoredObject) => boolean): World['blobs'] {
  const { blobs } = berth.world;
  return {
    ...blobs,
    has: async (key) => key.startsWith('piece-') || blobs.has(key),
    async *list() {
      for await (const stored of blobs.list()) {
        if (!which(stored)) {
          yield stored;
          continue;
        }
        const { key, sizeInBytes, modifiedAt } = stored;
        yield { key: `piece-1-${key}`, pieceOf: key, sizeInBytes: 4, modifiedAt };
        yield { key: `piece-2-${key}`, pieceOf: key, sizeInBytes: sizeInBytes - 4, modifiedAt };
      }
    },
  };
}

async function check(blobs: World['blobs'], repair = false): Promise<string[]> {
  const report = await fsck({ ...berth.world, blobs }, { repair, page: 1 });
  return report.findings.map(({ kind, outcome, subject }) => `${kind} ${outcome}: ${subject.split(' ')[0]}`);
}

async function upload(): Promise<void> {
  const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER };
  const { id: uploadId } = await startUpload(berth.world, owner);
  await appendToUpload(berth.world, { ...owner, uploadId, bytes: Readable.from([randomBytes(10)]) });
}

test('the pieces of an upload are its own, and together they are what its row promised', async () => {
  await upload();

  expect(
    await check(
      inPieces(() => true),
      true,
    ),
  ).toEqual([]);
});

test('an upload that has lost one of its pieces is found', async () => {
  await upload();
  const blobs = inPieces(() => true);
  const losing: World['blobs'] = {
    ...blobs,
    async *list() {
      for await (const stored of blobs.list()) if (!stored.key.startsWith('piece-1')) yield stored;
    },
  };

  expect(await check(losing)).toEqual(['upload-cut found: upload']);
});

test('pieces of a complete object belong to nobody, and are put aside once', async () => {
  await pushLayer(berth.world, berth.registry, 'app', randomBytes(10));
  const blobs = inPieces(() => true);
  const withWhole: World['blobs'] = {
    ...blobs,
    async *list() {
      yield* berth.world.blobs.list();
      yield* blobs.list();
    },
  };

  expect(await check(withWhole)).toEqual(['bytes-unknown found: object', 'bytes-unknown found: object']);
  expect(await check(withWhole, true)).toEqual(['bytes-unknown mended: object', 'bytes-unknown mended: object']);
  expect(await check(withWhole, true)).toEqual([]);
});

test('pieces of an object that no row knows belong to nobody', async () => {
  const { blobs } = berth.world;
  await blobs.append(await blobs.begin('unknown'), Readable.from([randomBytes(10)]));

  expect(await check(inPieces(({ key }) => key === 'unknown'))).toEqual([
    'bytes-unknown found: object',
    'bytes-unknown found: object',
  ]);
});
