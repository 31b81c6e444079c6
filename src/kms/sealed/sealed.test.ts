import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placeOf } from '../../storage/blobs/file-layout.ts';
import { fileBlobStore } from '../../storage/blobs/files.ts';
import type { BlobStore } from '../../storage/blobs/port.ts';
import { BadEnvelope } from '../envelope/bad-envelope.ts';
import { contextOf, type DataKeys } from '../envelope/keys.ts';
import { openWhole } from '../envelope/opener.ts';
import type { Seal, Segment } from '../envelope/seal.ts';
import { appendSealed, lengthOfSeal, type SealedDraft } from './append-sealed.ts';
import { MOST_BETWEEN, passagesOf } from './passages.ts';
import { readSealed } from './read-sealed.ts';
import { SealedCheck } from './sealed-check.ts';

const FRAME = 4096;
const context = contextOf({ installation: 'i', account: '111111111111', kind: 'layer', object: 'o' });

let root: string;
let store: BlobStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-sealed-'));
  store = fileBlobStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

function newKeys(layers = 1): { dataKeys: DataKeys; wrapped: Seal['wrapped'] } {
  const some = () => Array.from({ length: layers }, () => randomBytes(32)) as unknown as DataKeys;
  return { dataKeys: some(), wrapped: some() };
}

async function begin(wrapped: Seal['wrapped']): Promise<SealedDraft> {
  const stored = await store.begin(crypto.randomUUID());
  return { stored, seal: { suite: 1, log2: 12, wrapped, repositoryArn: 'r', objectArn: 'o', segments: [] } };
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function sealingWith(dataKeys: DataKeys) {
  return { dataKeys, context, salt: randomBytes(32) };
}

/** Appends each of `parts`, and completes the object. */
async function written(parts: readonly Buffer[], { layers = 1, piece = 1000 } = {}) {
  const { dataKeys, wrapped } = newKeys(layers);
  let draft = await begin(wrapped);
  for (const part of parts)
    draft = await appendSealed(store, draft, inPieces(part, piece), { with: sealingWith(dataKeys) });
  await store.complete(draft.stored);
  return { key: draft.stored.key, draft, dataKeys };
}

async function read(
  { key, draft, dataKeys }: { key: string; draft: SealedDraft; dataKeys: DataKeys },
  range?: { first: number; last: number },
): Promise<Buffer | undefined> {
  const bytes = await readSealed(store, key, draft.seal, { dataKeys, context, range });
  return bytes && buffer(bytes);
}

const part = fc.oneof(
  fc.nat(300),
  fc.tuple(fc.nat(3), fc.integer({ min: -1, max: 1 })).map(([frames, by]) => Math.max(0, frames * FRAME + by)),
);

test('what several appends sealed is read whole, and every range of it', async () => {
  const agrees = fc.asyncProperty(
    fc.array(part, { maxLength: 5 }),
    fc.constantFrom(1, 2),
    fc.integer({ min: 1, max: 9000 }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 5 }),
    async (sizes, layers, piece, ranges) => {
      const parts = sizes.map((it) => randomBytes(it));
      const all = Buffer.concat(parts);
      const object = await written(parts, { layers, piece });

      expect(lengthOfSeal(object.draft.seal)).toBe(all.length);
      expect(object.draft.seal.segments).toHaveLength(parts.filter((it) => it.length > 0).length);
      expect((await read(object))?.equals(all)).toBe(true);
      if (all.length === 0) return;
      for (const [a, b] of ranges) {
        const [first, last] = [a % all.length, b % all.length].sort((x, y) => x - y) as [number, number];
        expect((await read(object, { first, last }))?.equals(all.subarray(first, last + 1))).toBe(true);
      }
    },
  );
  await fc.assert(agrees, { numRuns: 60 });
});

test('one append makes exactly one file', async () => {
  const plaintext = randomBytes(10_000);
  const { key, dataKeys } = await written([plaintext]);

  const file = await readFile(placeOf(root, key).file);
  expect(openWhole(file, { dataKeys, context }).equals(plaintext)).toBe(true);
});

test('no salt is used twice, so that no key and nonce ever seal two things', async () => {
  const { draft } = await written([randomBytes(10), randomBytes(10), randomBytes(10)]);
  expect(new Set(draft.seal.segments.map((it) => it.salt.toString('hex'))).size).toBe(3);
});

test('a range reads the frames that hold it, and no more', () => {
  const segment = { salt: randomBytes(32), offset: 1000, length: 3 * FRAME, isWhole: true };
  const { wrapped } = newKeys();
  const seal = { suite: 1, log2: 12, wrapped, repositoryArn: '', objectArn: '', segments: [segment] } as const;

  const frame = { first: 1000 + 128 + FRAME + 16, last: 1000 + 128 + 2 * (FRAME + 16) - 1 };
  expect(passagesOf(seal, { first: FRAME, last: FRAME })).toEqual([
    {
      spans: [{ segment, firstFrame: 1, lastFrame: 1, stored: frame, skip: 0, take: 1 }],
      stored: frame,
      run: { first: 1000 + 128, last: 1000 + 128 + 3 * (FRAME + 16) - 1 },
    },
  ]);
});

test('segments that lie together are read at once, and others are not', () => {
  const { wrapped } = newKeys();
  const stored = 128 + FRAME + 16;
  const at = (offset: number): Segment => ({ salt: randomBytes(32), offset, length: FRAME, isWhole: true });
  const far = 2 * stored + MOST_BETWEEN - 128;
  const segments = [at(0), at(stored), at(far), at(far + stored + MOST_BETWEEN + 1)];
  const seal = { suite: 1, log2: 12, wrapped, repositoryArn: '', objectArn: '', segments } as const;

  const all = passagesOf(seal);
  expect(all.map(({ spans }) => spans.map(({ segment }) => segments.indexOf(segment)))).toEqual([[0, 1, 2], [3]]);
  expect(all.map(({ stored, run }) => [stored, run])).toEqual(all.map(({ run }) => [run, run]));

  const some = passagesOf(seal, { first: FRAME, last: 3 * FRAME });
  expect(some.map(({ spans }) => spans.map(({ take }) => take))).toEqual([[FRAME, FRAME], [1]]);
  expect(some.map(({ run }) => run)).toEqual(all.map(({ run }) => run));
});

test('an object of many segments is read by one request', async () => {
  const parts = Array.from({ length: 20 }, () => randomBytes(5000));
  const { key, draft, dataKeys } = await written(parts);
  let reads = 0;
  const counting: Pick<BlobStore, 'read'> = {
    read(...asked) {
      reads += 1;
      return store.read(...asked);
    },
  };

  const bytes = await readSealed(counting, key, draft.seal, { dataKeys, context });

  expect(bytes && (await buffer(bytes)).equals(Buffer.concat(parts))).toBe(true);
  expect(reads).toBe(1);
});

test('bytes behind those that were asked for are not taken for none', async () => {
  const { key, draft, dataKeys } = await written([randomBytes(5000), randomBytes(5000)]);
  const generous: Pick<BlobStore, 'read'> = {
    async read(...asked) {
      const stream = await store.read(...asked);
      return Readable.from([await buffer(stream ?? Readable.from([])), Buffer.of(0)]);
    },
  };

  const bytes = await readSealed(generous, key, draft.seal, { dataKeys, context });

  await expect(buffer(bytes ?? Readable.from([]))).rejects.toThrow('more bytes than it should have');
});

test('what a crash left is gone on with from the last whole frame that was durable', async () => {
  const goesOn = fc.asyncProperty(
    fc.integer({ min: 0, max: 5 * FRAME }),
    fc.integer({ min: 1, max: 3 * FRAME }),
    fc.nat(5 * (FRAME + 16) + 400),
    async (size, more, durable) => {
      const { dataKeys, wrapped } = newKeys();
      const first = randomBytes(size);
      const kept: SealedDraft[] = [];
      // A store of which only so many bytes ever became durable, and which says so at the end.
      const dying: Pick<BlobStore, 'append'> = {
        async append(draft, bytes, checkpoint) {
          const grown = await store.append(draft, bytes);
          await checkpoint?.({ ...grown, size: Math.min(grown.size, durable) });
          throw new Error('killed');
        },
      };
      const begun = await begin(wrapped);
      const checkpoint = async (it: SealedDraft) => void kept.push(it);
      const dead = appendSealed(dying, begun, inPieces(first, 1000), { with: sealingWith(dataKeys), checkpoint });
      await expect(dead).rejects.toThrow('killed');

      const [safe = begun] = kept;
      const length = lengthOfSeal(safe.seal);
      expect(length % FRAME).toBe(0);
      const rest = randomBytes(more);
      const draft = await appendSealed(store, safe, inPieces(rest, 1000), { with: sealingWith(dataKeys) });
      await store.complete(draft.stored);
      const object = { key: draft.stored.key, draft, dataKeys };
      expect((await read(object))?.equals(Buffer.concat([first.subarray(0, length), rest]))).toBe(true);
      expect(await checked(object)).toEqual(Buffer.concat([first.subarray(0, length), rest]));
    },
  );
  await fc.assert(goesOn, { numRuns: 100 });
});

async function checked({ key, draft, dataKeys }: Awaited<ReturnType<typeof written>>, piece = 999): Promise<Buffer> {
  const file = await readFile(placeOf(root, key).file);
  const check = new SealedCheck(draft.seal, { dataKeys, context });
  const opened: Buffer[] = [];
  for (let at = 0; at < file.length; at += piece) opened.push(...check.push(file.subarray(at, at + piece)));
  check.end();
  return Buffer.concat(opened);
}

test('a stored object is checked from its first byte to its last, and one bit that changed is noticed', async () => {
  const parts = [randomBytes(5000), randomBytes(10), randomBytes(FRAME)];
  const object = await written(parts);
  expect((await checked(object)).equals(Buffer.concat(parts))).toBe(true);

  const { file } = placeOf(root, object.key);
  const bytes = await readFile(file);
  const fails = fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << bit);
    await writeFile(file, changed);
    await expect(checked(object)).rejects.toThrow(BadEnvelope);
  });
  await fc.assert(fails, { numRuns: 200 });
});

test('a stream breaks before the first byte that is not what was sealed', async () => {
  const plaintext = randomBytes(3 * FRAME);
  const object = await written([plaintext]);
  const { file } = placeOf(root, object.key);
  const bytes = await readFile(file);
  const at = 128 + FRAME + 16 + 5;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);

  const stream = await readSealed(store, object.key, object.draft.seal, { dataKeys: object.dataKeys, context });
  const given: Buffer[] = [];
  const reading = (async () => {
    for await (const chunk of stream ?? []) given.push(chunk as Buffer);
  })();
  await expect(reading).rejects.toThrow(BadEnvelope);
  expect(Buffer.concat(given).equals(plaintext.subarray(0, Buffer.concat(given).length))).toBe(true);
  expect(Buffer.concat(given).length).toBeLessThanOrEqual(FRAME);
});

test('an object that is not there is undefined, and one that is left alone closes its file', async () => {
  const object = await written([randomBytes(100)]);
  const stream = await readSealed(store, object.key, object.draft.seal, { dataKeys: object.dataKeys, context });
  stream?.destroy();
  await store.remove([object.key]);
  expect(await read(object)).toBeUndefined();
});
