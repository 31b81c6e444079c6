import { expect, test } from 'vitest';
import type { Draft } from '../port.ts';
import { appendToDraft } from './append.ts';
import type { Bucket, Upload } from './bucket.ts';
import { chained } from './chain.ts';
import { completeDraft } from './complete.ts';
import { formatState } from './draft-state.ts';
import { namesBelow } from './names.ts';
import { PART_SIZE, partMemory } from './part-memory.ts';
import type { S3Parts } from './store-parts.ts';

const MIB = 1024 * 1024;
/** ECR's largest layer. */
const LARGEST = 52_000 * MIB;

interface Counting {
  readonly s3: S3Parts;
  readonly sizes: Map<number, number>;
  /** Bytes of parts that were on their way at the same time, at most. */
  readonly mostUnderway: number;
  completed: readonly number[] | undefined;
}

/** A bucket that counts what it is given and keeps nothing. `arrival` is waited for before a part has arrived. */
function countingBucket(arrival: () => Promise<void>, memory = partMemory()): Counting {
  const sizes = new Map<number, number>();
  let underway = 0;
  let mostUnderway = 0;
  const tails = new Map<string, Buffer>();
  const list = () => [...sizes].sort(([a], [b]) => a - b);
  const unused = () => expect.fail('nobody should ask for this');
  const bucket: Bucket = {
    async put(name, body) {
      tails.set(name, Buffer.from(body));
      return 'stored';
    },
    get: unused,
    isMissing: unused,
    async head() {
      return { size: [...sizes.values()].reduce((sum, size) => sum + size, 0), etag: '' };
    },
    remove: async () => {},
    removesByBatch: () => true,
    list: unused,
    beginParts: async () => ({ id: 'upload', mayHaveTwin: false }),
    async putPart(_: Upload, { number, body }) {
      underway += body.length;
      mostUnderway = Math.max(mostUnderway, underway);
      await arrival();
      underway -= body.length;
      sizes.set(number, body.length);
      return `etag-${number}`;
    },
    copyPart: unused,
    parts: async () => list().map(([number, size]) => ({ number, size, etag: `etag-${number}` })),
    async completeParts(_, parts) {
      counting.completed = parts.map(({ number }) => number);
      return 'completed';
    },
    abortParts: async () => {},
    listUploads: unused,
  };
  const s3: S3Parts = {
    bucket,
    names: namesBelow(''),
    abilities: async () => ({ refusesTaken: true, integrity: 'none' }),
    memory,
    log: { warn: unused },
    stallMs: 1_000,
    mayHaveOrphans: unused,
  };
  const counting = {
    s3,
    sizes,
    get mostUnderway() {
      return mostUnderway;
    },
    completed: undefined as readonly number[] | undefined,
  };
  return counting;
}

const begun = (key: string): Draft => ({ key, size: 0, state: '' });

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(MIB);
  for (let left = size; left > 0; left -= MIB) yield piece.subarray(0, Math.min(left, MIB));
}

test('the largest layer of ECR fits: equal parts, a short state, flat memory', async () => {
  const counting = countingBucket(() => Promise.resolve());
  const sent = 6_000;
  let chain = '';
  for (let number = 1; number <= sent; number++) {
    counting.sizes.set(number, PART_SIZE);
    chain = chained(chain, `etag-${number}`);
  }
  const state = formatState({ kind: 'parts', uploadId: 'upload', checked: false, parts: sent, chain });
  const halfway = { key: 'huge', size: sent * PART_SIZE, state };
  const states: number[] = [];
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;

  const rest = zeros(LARGEST + 5 - halfway.size);
  const draft = await appendToDraft(counting.s3, halfway, rest, async (safe) => {
    states.push(safe.state.length);
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  });
  await completeDraft(counting.s3, draft);

  expect(draft.size).toBe(LARGEST + 5);
  expect(counting.completed).toEqual(Array.from({ length: 6_501 }, (_, i) => i + 1));
  expect([...counting.sizes.values()].slice(0, -1).every((size) => size === PART_SIZE)).toBe(true);
  expect(counting.sizes.get(6_501)).toBe(5);
  expect(states.length).toBeGreaterThan(50);
  expect(Math.max(...states)).toBeLessThan(200);
  expect(most - before).toBeLessThan(128 * MIB);
});

test('forty slow uploads at once take no more memory than they may', async () => {
  const counting = countingBucket(() => new Promise((arrive) => setTimeout(arrive, 20)));
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of zeros(40 * MIB)) {
      yield piece;
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
  };

  const drafts = await Promise.all(
    Array.from({ length: 40 }, (_, i) => appendToDraft(counting.s3, begun(`slow-${i}`), watched())),
  );

  expect(drafts.every(({ size }) => size === 40 * MIB)).toBe(true);
  // One part each, and sixteen more together; what is on its way is part of that.
  expect(counting.mostUnderway).toBeLessThanOrEqual((40 + 16) * PART_SIZE);
  expect(most - before).toBeLessThan((40 + 16 + 8) * PART_SIZE + 64 * MIB);
});

test('uploads that find no turn wait, take no byte meanwhile, and have theirs in the end', async () => {
  const memory = partMemory({ turns: 2, extras: 0 });
  const counting = countingBucket(() => Promise.resolve(), memory);
  let started = 0;
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const { promise: twoStarted, resolve: two } = Promise.withResolvers<void>();
  async function* held(): AsyncGenerator<Uint8Array> {
    started += 1;
    if (started === 2) two();
    yield Buffer.from('some');
    await mayEnd;
  }

  const appends = Array.from({ length: 5 }, (_, i) => appendToDraft(counting.s3, begun(`held-${i}`), held()));
  await twoStarted;
  await new Promise<void>((turn) => setImmediate(turn));
  const startedBefore = started;
  end();
  const drafts = await Promise.all(appends);

  expect(startedBefore).toBe(2);
  expect(drafts.map(({ size }) => size)).toEqual([4, 4, 4, 4, 4]);
});

test('without memory for speed an upload still goes on, a part at a time', async () => {
  const counting = countingBucket(
    () => new Promise<void>((turn) => setImmediate(turn)),
    partMemory({ turns: 1, extras: 0 }),
  );

  const draft = await appendToDraft(counting.s3, begun('serial'), zeros(50 * MIB));

  expect(draft.size).toBe(50 * MIB);
  expect(counting.mostUnderway).toBe(PART_SIZE);
});

test('a part that lags holds back those behind it, so that a checkpoint has something to tell', async () => {
  const { promise: arrives, resolve: arrive } = Promise.withResolvers<void>();
  let parts = 0;
  const counting = countingBucket(() => {
    parts += 1;
    return parts === 3 ? arrives : Promise.resolve();
  });
  let taken = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of zeros(200 * MIB)) {
      taken += piece.length;
      yield piece;
    }
  };

  const appending = appendToDraft(counting.s3, begun('lagging'), counted());
  for (let last = -1; last !== taken; ) {
    last = taken;
    await new Promise((turn) => setTimeout(turn, 20));
  }
  const takenMeanwhile = taken;
  arrive();
  await appending;

  expect(takenMeanwhile).toBeLessThanOrEqual(12 * PART_SIZE);
  expect(taken).toBe(200 * MIB);
});

test('a part that fails ends the append with its error, and its turn and memory are given back', async () => {
  const memory = partMemory({ turns: 1, extras: 4 });
  const failing = countingBucket(() => Promise.reject(new Error('the store is full')), memory);
  await expect(appendToDraft(failing.s3, begun('failing'), zeros(40 * MIB))).rejects.toThrow('the store is full');

  const counting = countingBucket(() => Promise.resolve(), memory);
  expect((await appendToDraft(counting.s3, begun('next'), zeros(40 * MIB))).size).toBe(40 * MIB);
  expect([memory.takeExtra(), memory.takeExtra(), memory.takeExtra(), memory.takeExtra(), memory.takeExtra()]).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
});
