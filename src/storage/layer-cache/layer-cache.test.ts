import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, statfs, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { smallDisk, TRIES_SMALL_DISKS } from '../../../test/faults/small-disk.ts';
import { systemIds } from '../../ids.ts';
import type { ByteRange } from '../../values/byte-range.ts';
import type { ObjectBytes } from '../blobs/port.ts';
import { cacheFolder } from './cache-folder.ts';
import { Fill, MOST_WAITING } from './fill.ts';
import { type LayerCacheOptions, openLayerCache } from './layer-cache.ts';
import type { LayerCache } from './port.ts';

const KIB = 1024;
const HOUR = 3_600_000;

let folder: string;
let cache: LayerCache;
let now: number;
let logged: { message: string; err: unknown }[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-layer-cache-'));
  now = Date.now();
  logged = [];
  cache = await opened();
});
afterEach(async () => {
  await cache.close();
  await rm(folder, { recursive: true, force: true });
});

function opened(options: Partial<LayerCacheOptions> = {}): Promise<LayerCache> {
  const log = {
    ...{ debug() {}, info() {}, error() {}, child: () => log },
    warn: ({ err }: Readonly<Record<string, unknown>>, message: string) => logged.push({ message, err }),
  };
  const clock = { now: () => new Date(now) };
  // However slow this machine is today, nobody who is followed is too slow.
  const patienceMs = 60_000;
  return openLayerCache({ folder, bytes: 100 * KIB, clock, ids: systemIds, log, patienceMs, ...options });
}

/** A far store, and what was read of it. */
function far(objects: Record<string, Buffer>, { piece = KIB } = {}) {
  const reads: [string, ByteRange | undefined][] = [];
  return {
    reads,
    async read(key: string, range?: ByteRange): Promise<ObjectBytes | undefined> {
      reads.push([key, range]);
      const bytes = objects[key];
      if (!bytes) return undefined;
      const { first, last } = range ?? { first: 0, last: bytes.length - 1 };
      const pieces = [];
      for (let at = first; at <= last; at += piece) pieces.push(bytes.subarray(at, Math.min(at + piece, last + 1)));
      return Readable.from(pieces.map((it) => Uint8Array.from(it)));
    },
  };
}

const kept = async () => (await readdir(folder)).map((it) => it.split('.')[0]).sort();

/** The run of all bytes. */
function wholeOf(bytes: Buffer): ByteRange {
  return { first: 0, last: bytes.length - 1 };
}

async function pull(store: ReturnType<typeof far>, key: string, range: ByteRange, run = range): Promise<Buffer> {
  const stream = await cache.over(store).read(key, range, run);
  if (!stream) throw new Error(`${key} is not there`);
  const bytes = await buffer(stream);
  await cache.settled();
  return bytes;
}

test('what was read whole is read from the store once, in ranges too', async () => {
  const bytes = randomBytes(20 * KIB);
  const run = { first: 100, last: 20 * KIB - 1 };
  const store = far({ one: bytes });

  expect(await pull(store, 'one', run)).toEqual(bytes.subarray(100));
  expect(await pull(store, 'one', run)).toEqual(bytes.subarray(100));
  expect(await pull(store, 'one', { first: 5000, last: 7000 }, run)).toEqual(bytes.subarray(5000, 7001));
  expect(await pull(store, 'one', { first: 100, last: 100 }, run)).toEqual(bytes.subarray(100, 101));

  expect(store.reads).toEqual([['one', run]]);
  expect(cache.figures()).toEqual({ hits: 3, misses: 1, kept: 1, notKept: 0, bytes: 20 * KIB - 100 });
});

test('it is there after a restart, and other processes on the folder have it too', async () => {
  const bytes = randomBytes(20 * KIB);
  const store = far({ one: bytes });
  const other = await opened();
  await pull(store, 'one', wholeOf(bytes));
  const later = await opened();

  for (const it of [other, later]) {
    const stream = await it.over(store).read('one', wholeOf(bytes), wholeOf(bytes));
    expect(stream && (await buffer(stream))).toEqual(bytes);
  }
  expect(store.reads).toHaveLength(1);
  expect(later.figures().bytes).toBe(20 * KIB);
});

test('a part that was read is not kept', async () => {
  const bytes = randomBytes(20 * KIB);
  const store = far({ one: bytes });
  const part = { first: 0, last: 5000 };

  expect(await pull(store, 'one', part, wholeOf(bytes))).toEqual(bytes.subarray(0, 5001));
  expect(await pull(store, 'one', part, wholeOf(bytes))).toEqual(bytes.subarray(0, 5001));

  expect(store.reads).toEqual([
    ['one', part],
    ['one', part],
  ]);
  expect(await readdir(folder)).toEqual([]);
});

test('what the store does not have is not there', async () => {
  expect(await cache.over(far({})).read('one', { first: 0, last: 9 }, { first: 0, last: 9 })).toBeUndefined();
});

test('a client that goes away leaves nothing', async () => {
  const bytes = randomBytes(20 * KIB);
  const stream = await cache.over(far({ one: bytes })).read('one', wholeOf(bytes), wholeOf(bytes));
  for await (const _ of stream ?? []) break;
  await cache.settled();

  expect(stream?.destroyed).toBe(true);
  expect(await readdir(folder)).toEqual([]);
  expect(cache.figures()).toMatchObject({ kept: 0, notKept: 1 });
});

test('a store that breaks off breaks the stream, and leaves nothing', async () => {
  const source = new PassThrough();
  source.write(randomBytes(KIB));
  const stream = await cache
    .over({ read: async () => source })
    .read('one', { first: 0, last: 9999 }, { first: 0, last: 9999 });
  setImmediate(() => source.destroy(new Error('the store has died')));

  await expect(buffer(stream ?? Readable.from([]))).rejects.toThrow('the store has died');
  await cache.settled();
  expect(await readdir(folder)).toEqual([]);
});

test('a store that ends early is not taken for the whole', async () => {
  const short = far({ one: randomBytes(5 * KIB) });
  await pull(short, 'one', { first: 0, last: 9 * KIB });

  expect(cache.figures()).toMatchObject({ kept: 0, notKept: 1 });
  expect(await readdir(folder)).toEqual([]);
});

test('those who pull the same at once ask the store once', async () => {
  const bytes = randomBytes(20 * KIB);
  const store = far({ one: bytes });

  const all = await Promise.all(Array.from({ length: 10 }, () => pull(store, 'one', wholeOf(bytes))));

  expect(all.every((it) => it.equals(bytes))).toBe(true);
  expect(store.reads).toHaveLength(1);
  expect(cache.figures()).toEqual({ hits: 9, misses: 1, kept: 1, notKept: 0, bytes: 20 * KIB });
});

test('what was not read for longest goes first, before there is no room for the next', async () => {
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const store = far(Object.fromEntries(keys.map((key) => [key, randomBytes(20 * KIB)])));
  const run = { first: 0, last: 20 * KIB - 1 };
  // A hit in between keeps the oldest.
  for (const key of ['a', 'b', 'c', 'd', 'a', 'e']) {
    await pull(store, key, run);
    now += HOUR;
  }

  // Room for one more of them, and an eighth of 100 KiB.
  expect(await kept()).toEqual(['a', 'd', 'e']);
  expect(cache.figures()).toMatchObject({ hits: 1, misses: 5, kept: 5, bytes: 60 * KIB });
});

test('it never takes more than it may, whatever is pulled at once', async () => {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const store = far(Object.fromEntries(keys.map((key) => [key, randomBytes(20 * KIB)])));
  const run = { first: 0, last: 20 * KIB - 1 };

  const streams = await Promise.all(keys.map((key) => cache.over(store).read(key, run, run)));
  await Promise.all(streams.map((it) => it && buffer(it)));
  await cache.settled();

  expect(cache.figures()).toMatchObject({ misses: 8, kept: 5, notKept: 0 });
  expect(cache.figures().bytes).toBeLessThanOrEqual(100 * KIB);
});

test('what takes more than a quarter of it is not kept', async () => {
  const bytes = randomBytes(25 * KIB + 1);
  const store = far({ large: bytes, fits: bytes.subarray(1) });

  await pull(store, 'large', wholeOf(bytes));
  await pull(store, 'fits', { first: 0, last: 25 * KIB - 1 });

  expect(await kept()).toEqual(['fits']);
});

test('what was forgotten is read from the store again', async () => {
  const bytes = randomBytes(20 * KIB);
  const store = far({ one: bytes });
  await pull(store, 'one', wholeOf(bytes));

  cache.over(store).forget?.('one', wholeOf(bytes));
  await cache.settled();

  expect(await readdir(folder)).toEqual([]);
  await pull(store, 'one', wholeOf(bytes));
  expect(store.reads).toHaveLength(2);
});

test('what is forgotten while it is being written is not kept', async () => {
  const bytes = randomBytes(20 * KIB);
  const reader = cache.over(far({ one: bytes }));
  const stream = await reader.read('one', wholeOf(bytes), wholeOf(bytes));
  const pulled = stream && buffer(stream);
  reader.forget?.('one', wholeOf(bytes));

  expect(await pulled).toEqual(bytes);
  await cache.settled();
  expect(await readdir(folder)).toEqual([]);
});

test('a file of another length is not what was stored', async () => {
  const bytes = randomBytes(20 * KIB);
  const store = far({ one: bytes });
  await pull(store, 'one', wholeOf(bytes));
  const [name = ''] = await readdir(folder);
  await truncate(join(folder, name), 10 * KIB);

  expect(await pull(store, 'one', wholeOf(bytes))).toEqual(bytes);

  expect(store.reads).toHaveLength(2);
  expect(await readFile(join(folder, name))).toEqual(bytes);
});

test('what a process that died has left unfinished goes once nobody can be writing it any more', async () => {
  const names = ['unfinished-old', 'unfinished-new'];
  for (const it of names) await writeFile(join(folder, it), randomBytes(KIB));
  await utimes(join(folder, 'unfinished-old'), new Date(now - HOUR - 1), new Date(now - HOUR - 1));

  await opened();

  expect(await readdir(folder)).toEqual(['unfinished-new']);
});

test('a folder that cannot be used any more costs no pull, and is told of once a minute', async () => {
  const bytes = randomBytes(20 * KIB);
  const store = far({ one: bytes });
  await rm(folder, { recursive: true });
  await writeFile(folder, 'a file');

  for (let i = 0; i < 3; i++) expect(await pull(store, 'one', wholeOf(bytes))).toEqual(bytes);
  expect(logged).toHaveLength(1);
  now += 60_001;
  await pull(store, 'one', wholeOf(bytes));

  expect(logged.map(({ message }) => message)).toEqual(Array(2).fill('layer cache could not be read'));
  expect(cache.figures()).toMatchObject({ hits: 0, misses: 4, kept: 0, notKept: 4 });
});

test('a run of which more waits than may is given up, and nobody is kept waiting', async () => {
  const chunk = new Uint8Array(MOST_WAITING / 4);
  const run = { first: 0, last: 5 * chunk.length - 1 };
  const waiting = { bytes: 0 };
  const clock = { now: () => new Date(now) };
  const fill = new Fill({ folder: await cacheFolder(folder, { clock, ids: systemIds }), key: 'one', run, waiting });
  let givenBack = 0;
  // In one turn: nothing can be written in between.
  for (let i = 0; i < 5; i++) {
    fill.add(chunk, () => {
      givenBack += 1;
    });
  }
  fill.complete();

  expect(await fill.over).toEqual({ isKept: false });
  expect([givenBack, waiting.bytes]).toEqual([5, 0]);
  expect(await readdir(folder)).toEqual([]);
});

if (!TRIES_SMALL_DISKS) console.warn('The layer cache is not tried on a full disk: only root may mount a small one.');

test.runIf(TRIES_SMALL_DISKS)('a disk that is needed for other things is left to them', async () => {
  await using disk = await smallDisk(16);
  const MIB = KIB * KIB;
  const small = await opened({ folder: join(disk.fromHere, 'cache'), bytes: 100 * MIB });
  const keys = Array.from({ length: 12 }, (_, i) => `key${i}`);
  const objects = Object.fromEntries(keys.map((key) => [key, randomBytes(2 * MIB)]));
  const store = far(objects, { piece: 64 * KIB });
  const run = { first: 0, last: 2 * MIB - 1 };
  const freeMib = async () => {
    const { bavail, bsize } = await statfs(disk.fromHere);
    return (bavail * bsize) / MIB;
  };
  const pullOf = async (key: string) => {
    const stream = await small.over(store).read(key, run, run);
    expect(stream && objects[key]?.equals(await buffer(stream))).toBe(true);
    await small.settled();
  };

  // A sixteenth of it stays free.
  for (const key of keys) {
    await pullOf(key);
    expect(await freeMib()).toBeGreaterThanOrEqual(1);
    now += HOUR;
  }
  expect(small.figures().bytes).toBeGreaterThan(4 * MIB);

  // Others need it now: the cache gives room back as it is used, down to nothing.
  await disk.fill(MIB / 2);
  for (const key of keys) await pullOf(key);
  expect(await freeMib()).toBeGreaterThanOrEqual(1);
  expect(new Set(logged.map(({ message }) => message))).toEqual(new Set(['layer could not be kept in the cache']));
});

test('nothing is kept once it is closed, and pulls go on', async () => {
  const bytes = randomBytes(20 * KIB);
  const store = far({ one: bytes });
  await cache.close();

  expect(await pull(store, 'one', wholeOf(bytes))).toEqual(bytes);
  expect(await readdir(folder)).toEqual([]);
});

test('only the owner may look in', async () => {
  const inner = join(folder, 'inner');
  cache = await opened({ folder: inner });
  const bytes = randomBytes(20 * KIB);
  await pull(far({ one: bytes }), 'one', wholeOf(bytes));

  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
  const [name = ''] = await readdir(inner);
  expect([await modeOf(inner), await modeOf(join(inner, name))]).toEqual([0o700, 0o600]);
});

test('a key leads nowhere but into the folder', async () => {
  const bytes = randomBytes(KIB);
  const store = far({ '../one': bytes });
  cache = await opened({ folder: join(folder, 'inner') });

  expect(await pull(store, '../one', wholeOf(bytes))).toEqual(bytes);

  expect(await readdir(folder, { recursive: true })).toEqual(['inner']);
});
