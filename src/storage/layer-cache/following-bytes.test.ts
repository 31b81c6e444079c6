import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemIds } from '../../ids.ts';
import type { ByteRange } from '../../values/byte-range.ts';
import type { ObjectBytes } from '../blobs/port.ts';
import { openLayerCache } from './layer-cache.ts';
import type { LayerCache, RunReader } from './port.ts';

const KIB = 1024;
const bytes = randomBytes(300 * KIB);
const run = { first: 0, last: bytes.length - 1 };

let folder: string;
let cache: LayerCache;
let store: ReturnType<typeof byHand>;
let reader: RunReader;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-following-'));
  store = byHand();
  // However slow this machine is today, nobody who is followed is too slow.
  await open({ patienceMs: 60_000 });
});
afterEach(async () => {
  await cache.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(patience: { readonly patienceMs: number }): Promise<void> {
  const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
  const clock = { now: () => new Date() };
  cache = await openLayerCache({ folder, bytes: 10_000 * KIB, clock, ids: systemIds, log, ...patience });
  reader = cache.over(store);
}

/** A far store whose first answer comes as it is written, and whose later ones come at once. */
function byHand() {
  const first = new PassThrough({ highWaterMark: 1024 * KIB });
  const reads: ByteRange[] = [];
  return {
    first,
    reads,
    async read(_key: string, range = run): Promise<ObjectBytes | undefined> {
      reads.push(range);
      return reads.length === 1 ? first : Readable.from([Uint8Array.from(bytes.subarray(range.first, range.last + 1))]);
    },
  };
}

async function read(): Promise<ObjectBytes> {
  const stream = await reader.read('one', run, run);
  if (!stream) throw new Error('nothing there');
  return stream;
}

/** The first who reads, who has been given so many bytes. */
async function begin(upTo: number): Promise<ObjectBytes> {
  const leading = await read();
  leading.on('data', () => {}).on('error', () => {});
  store.first.write(bytes.subarray(0, upTo));
  return leading;
}

/** The next chunk of a stream. */
async function next(stream: ObjectBytes): Promise<Buffer> {
  const { value } = await stream.iterator({ destroyOnReturn: false }).next();
  return Buffer.from(value);
}

test('whoever comes while it is read gets what is there, and then what comes', async () => {
  const leading = await read();
  const all = buffer(leading);
  store.first.write(bytes.subarray(0, 100 * KIB));
  const following = await read();
  const begun = await next(following);
  expect(begun.equals(bytes.subarray(0, begun.length))).toBe(true);

  store.first.end(bytes.subarray(100 * KIB));

  expect(Buffer.concat([begun, await buffer(following)]).equals(bytes)).toBe(true);
  expect((await all).equals(bytes)).toBe(true);
  expect(store.reads).toEqual([run]);
});

test('where the one who is followed goes away, the others go on, and the layer is kept', async () => {
  const leading = await begin(100 * KIB);
  const following = await read();
  const begun = await next(following);
  leading.destroy();
  store.first.end(bytes.subarray(100 * KIB));

  expect(Buffer.concat([begun, await buffer(following)]).equals(bytes)).toBe(true);
  await cache.settled();
  expect(store.reads).toEqual([run]);
  expect(cache.figures()).toMatchObject({ hits: 1, misses: 1, kept: 1 });
});

test('where all go away nothing is read any more, and nothing stays', async () => {
  const leading = await begin(100 * KIB);
  const following = await read();
  await next(following);
  leading.destroy();
  following.destroy();
  store.first.write(bytes.subarray(100 * KIB, 200 * KIB));

  await cache.settled();
  expect(store.first.destroyed).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

test('where the store breaks off, whoever followed reads the rest by himself', async () => {
  await begin(100 * KIB);
  const following = await read();
  const begun = await next(following);
  store.first.destroy(new Error('the store has died'));

  expect(Buffer.concat([begun, await buffer(following)]).equals(bytes)).toBe(true);
  expect(store.reads).toEqual([run, { first: expect.any(Number), last: run.last }]);
  expect(store.reads[1]?.first).toBeGreaterThanOrEqual(begun.length);
  await cache.settled();
  expect(await readdir(folder)).toEqual([]);
});

test('whoever is slow is not followed for long', async () => {
  await open({ patienceMs: 20 });
  await begin(10 * KIB);

  expect((await buffer(await read())).equals(bytes)).toBe(true);

  expect(store.reads).toEqual([run, { first: expect.any(Number), last: run.last }]);
  expect(cache.figures()).toMatchObject({ hits: 1, misses: 1 });
});

test('where the store has nothing, or fails, those who wait with the first are told so, too', async () => {
  const answer = Promise.withResolvers<undefined>();
  const nothing = cache.over({ read: () => answer.promise });
  const none = [nothing.read('none', run, run), nothing.read('none', run, run)];
  const failure = Promise.withResolvers<undefined>();
  let asked = 0;
  const away = cache.over({
    read() {
      asked += 1;
      return failure.promise;
    },
  });
  const failing = [away.read('away', run, run), away.read('away', run, run)];
  await expect.poll(() => asked).toBe(1);
  answer.resolve(undefined);
  failure.reject(new Error('the store is away'));

  expect(await Promise.all(none)).toEqual([undefined, undefined]);
  expect((await Promise.allSettled(failing)).map((it) => it.status)).toEqual(['rejected', 'rejected']);
  expect(asked).toBe(1);
  await cache.settled();
  expect(await readdir(folder)).toEqual([]);
});

test('an object that goes while somebody follows breaks his stream', async () => {
  await begin(10 * KIB);
  const following = await read();
  await next(following);
  store.read = async () => undefined;
  store.first.destroy(new Error('the store has died'));

  await expect(buffer(following)).rejects.toThrow('was removed while it was being read');
});

test('a client that leaves closes what it read', async () => {
  await begin(10 * KIB);
  const following = await read();
  await next(following);

  following.destroy();
  store.first.end(bytes.subarray(10 * KIB));

  await cache.settled();
  expect(cache.figures()).toMatchObject({ kept: 1 });
});

test('whenever it comes, breaks off or goes on, everybody gets the bytes', async () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 100 * KIB }), fc.constantFrom('join', 'leave', 'break')), {
    maxLength: 12,
  });
  const agrees = fc.asyncProperty(steps, async (what) => {
    const key = crypto.randomUUID();
    const own = byHand();
    const through = cache.over(own);
    const leading = await through.read(key, run, run);
    const readers: Promise<Buffer>[] = [];
    leading?.on('data', () => {}).on('error', () => {});
    let at = 0;
    for (const it of what) {
      if (it === 'leave') leading?.destroy();
      else if (it === 'break') own.first.destroy(new Error('the store has died'));
      else if (it === 'join')
        readers.push(through.read(key, run, run).then((stream) => buffer(stream ?? Readable.from([]))));
      else at += own.first.write(bytes.subarray(at, at + it)) ? Math.min(it, bytes.length - at) : 0;
      await new Promise((resume) => setImmediate(resume));
    }
    own.first.end(bytes.subarray(at));
    for (const it of await Promise.all(readers)) expect(it.equals(bytes)).toBe(true);
  });
  await fc.assert(agrees, { numRuns: 100 });
});
