import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlobStore, Draft } from '../../src/storage/blobs/port.ts';
import type { ByteRange } from '../../src/values/byte-range.ts';

/** A store that runs for one suite. */
export interface RunningStore {
  readonly store: BlobStore;
  stop(): Promise<void>;
}

const MIB = 1024 * 1024;

/**
 * What every blob store must do. Nothing here knows what a draft is made of: a store may keep it in parts that cannot
 * be read, and its `state` is handed on as plain data, as through an upload's row.
 */
export function blobStoreContract(name: string, start: () => Promise<RunningStore>): void {
  describe(`${name} keeps the blob store's contract`, () => {
    let running: RunningStore;
    beforeAll(async () => {
      running = await start();
    });
    afterAll(() => running.stop());

    writing(() => running.store);
    resuming(() => running.store);
    reading(() => running.store);
    removing(() => running.store);
  });
}

function writing(store: () => BlobStore): void {
  test('what was written is read back, byte for byte, in pieces of any size, none included', async () => {
    const roundTrip = fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 8 }),
      async (pieces) => {
        const key = crypto.randomUUID();
        const draft = await store().append(await store().begin(key), source(pieces));
        await store().complete(draft);

        expect(draft.size).toBe(Buffer.concat(pieces).length);
        expect(await content(store(), key)).toEqual(Buffer.concat(pieces));
      },
    );
    await fc.assert(roundTrip, { numRuns: 30 });
  });

  test('an object without bytes is an object, appended to or not', async () => {
    const [touched, untouched] = [crypto.randomUUID(), crypto.randomUUID()];
    await store().complete(await store().append(await store().begin(touched), source([])));
    await store().complete(await store().begin(untouched));

    for (const key of [touched, untouched]) {
      expect(await content(store(), key)).toEqual(Buffer.alloc(0));
      expect(await store().has(key)).toBe(true);
    }
  });

  test('a chunk is the source’s own again once the next one is asked for', async () => {
    const key = crypto.randomUUID();

    const draft = await store().append(await store().begin(key), reusingOneBuffer(8, 300_000));
    await store().complete(draft);

    const expected = Array.from({ length: 8 }, (_, i) => Buffer.alloc(300_000, i + 1));
    expect((await content(store(), key))?.equals(Buffer.concat(expected))).toBe(true);
  });

  test('a key that is taken cannot be begun again, and its object is unhurt', async () => {
    const key = await stored(store(), Buffer.from('first'));

    await expect(store().begin(key)).rejects.toThrow();

    expect(await content(store(), key)).toEqual(Buffer.from('first'));
  });

  test('completing again changes nothing', async () => {
    const key = crypto.randomUUID();
    const draft = await store().append(await store().begin(key), source([Buffer.from('whole')]));

    await store().complete(draft);
    await store().complete(throughARow(draft));

    expect(await content(store(), key)).toEqual(Buffer.from('whole'));
  });

  test('a completed object cannot be written to, not even with a draft of old', async () => {
    const key = crypto.randomUUID();
    const begun = await store().begin(key);
    const draft = await store().append(begun, source([Buffer.from('whole')]));
    await store().complete(draft);

    await expect(store().append(draft, source([Buffer.from('more')]))).rejects.toThrow();
    await expect(store().append(begun, source([Buffer.from('other')]))).rejects.toThrow();

    expect(await content(store(), key)).toEqual(Buffer.from('whole'));
  });

  test('many objects written at once do not mix', async () => {
    const all = Array.from({ length: 24 }, (_, i) => Buffer.alloc(100_000 + i, i));

    const keys = await Promise.all(all.map((bytes) => stored(store(), bytes)));

    const read = await Promise.all(keys.map((key) => content(store(), key)));
    expect(read.every((bytes, i) => bytes?.equals(all[i] ?? Buffer.alloc(0)))).toBe(true);
  });

  test('a probe of a store that serves resolves, many at once too, and leaves nothing', async () => {
    const before = await listed(store());

    await Promise.all([store().probe(), store().probe(), store().probe()]);

    expect((await listed(store())).size).toBe(before.size);
  });
}

function resuming(store: () => BlobStore): void {
  test('appends follow one another, each with the draft of the one before', async () => {
    const appended = fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 5 }), async (parts) => {
      const key = crypto.randomUUID();
      let draft = await store().begin(key);
      for (const part of parts) draft = throughARow(await store().append(draft, source([part])));
      await store().complete(draft);

      expect(await content(store(), key)).toEqual(Buffer.concat(parts));
    });
    await fc.assert(appended, { numRuns: 20 });
  });

  test('an append whose source fails rejects with that error, and the draft before it goes on', async () => {
    const key = crypto.randomUUID();
    const draft = await store().append(await store().begin(key), source([Buffer.from('kept,')]));

    const cutOff = store().append(draft, failingAfter([Buffer.alloc(2 * MIB, 'x')], 'client went away'));
    await expect(cutOff).rejects.toThrow('client went away');
    const resumed = await store().append(throughARow(draft), source([Buffer.from('resumed')]));
    await store().complete(resumed);

    expect(await content(store(), key)).toEqual(Buffer.from('kept,resumed'));
  });

  test('what an append that was cut off left behind the draft is no part of the object', async () => {
    const key = crypto.randomUUID();
    const draft = await store().append(await store().begin(key), source([Buffer.from('kept')]));
    await expect(store().append(draft, failingAfter([Buffer.from('lost')], 'cut'))).rejects.toThrow('cut');

    await store().complete(draft);

    expect(await content(store(), key)).toEqual(Buffer.from('kept'));
  });

  test('of two appends to one object at once, one at most is taken', async () => {
    const key = crypto.randomUUID();
    const draft = await store().begin(key);
    const pieces = ['a', 'b'].map((letter) => Buffer.alloc(100_000, letter));

    const outcomes = await Promise.allSettled(pieces.map((piece) => store().append(draft, source([piece, piece]))));
    const taken = outcomes.findIndex((outcome) => outcome.status === 'fulfilled');
    const winner = outcomes[taken];
    if (winner?.status !== 'fulfilled') throw new Error('neither append was taken');
    await store().complete(winner.value);

    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const piece = pieces[taken] ?? Buffer.alloc(0);
    expect((await content(store(), key))?.equals(Buffer.concat([piece, piece]))).toBe(true);
  });

  test('a long append tells of drafts that grow, each of which can be gone on with', async () => {
    const key = crypto.randomUUID();
    const told: Draft[] = [];
    const begun = await store().begin(key);

    const cutOff = store().append(begun, failingAfter(reusingOneBuffer(160, MIB), 'power cut'), async (draft) => {
      told.push(throughARow(draft));
    });
    await expect(cutOff).rejects.toThrow('power cut');

    const sizes = told.map((draft) => draft.size);
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
    const last = told.at(-1) ?? begun;
    await store().complete(await store().append(last, source([Buffer.from('end')])));
    expect((await content(store(), key, { first: last.size - 2, last: last.size + 2 }))?.subarray(2).toString()).toBe(
      'end',
    );
    expect((await listed(store())).get(key)).toBe(last.size + 3);
    await store().remove([key]);
  });

  test('a checkpoint that rejects stops the append with its error, and its draft is good all the same', async () => {
    const key = crypto.randomUUID();
    const told: Draft[] = [];

    const stopped = store().append(await store().begin(key), reusingOneBuffer(400, MIB), async (draft) => {
      told.push(throughARow(draft));
      throw new Error('the upload was cancelled');
    });
    await expect(stopped).rejects.toThrow('the upload was cancelled');

    expect(told).toHaveLength(1);
    for (const draft of told) await store().complete(draft);
    expect((await listed(store())).get(key)).toBe(told[0]?.size);
    await store().remove([key]);
  });
}

function reading(store: () => BlobStore): void {
  test('a range gives exactly its bytes', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251));
    const key = await stored(store(), bytes);
    const position = fc.nat({ max: bytes.length - 1 });

    const agrees = fc.asyncProperty(position, position, async (one, other) => {
      const range = { first: Math.min(one, other), last: Math.max(one, other) };
      const read = await content(store(), key, range);
      expect(read?.equals(bytes.subarray(range.first, range.last + 1))).toBe(true);
    });
    await fc.assert(agrees, {
      numRuns: 50,
      examples: [
        [0, 0],
        [bytes.length - 1, bytes.length - 1],
        [0, bytes.length - 1],
      ],
    });
  });

  test('a range that reaches behind the end is never taken for whole', async () => {
    const key = await stored(store(), Buffer.from('short'));

    await expect(content(store(), key, { first: 0, last: 9 })).rejects.toThrow();
  });

  test('a reader that leaves early hurts nobody', async () => {
    const key = await stored(store(), Buffer.alloc(3 * MIB, 7));

    const leaving = await store().read(key);
    leaving?.destroy();

    expect((await content(store(), key))?.length).toBe(3 * MIB);
  });

  test('readers of many objects at once, slow ones too, are given their own bytes', async () => {
    const all = Array.from({ length: 16 }, (_, i) => Buffer.alloc(2 * MIB + i, i + 1));
    const keys = await Promise.all(all.map((bytes) => stored(store(), bytes)));

    // Each looks at what it was given only when all have been given something more.
    const chunks = await Promise.all(keys.map(async (key) => (await store().read(key))?.toArray()));

    const read = chunks.map((some) => Buffer.concat(some ?? []));
    expect(read.map((bytes, i) => bytes.equals(all[i] ?? Buffer.alloc(0)))).toEqual(all.map(() => true));
  });

  test('an object that was never there is undefined to read, and not had', async () => {
    const key = crypto.randomUUID();

    expect(await store().read(key)).toBeUndefined();
    expect(await store().read(key, { first: 0, last: 0 })).toBeUndefined();
    expect(await store().has(key)).toBe(false);
  });

  test('a store says whose it is: the first who asks, for good', async () => {
    const first = await store().belongTo('installation-1');

    expect(await store().belongTo('installation-2')).toBe(first);
    expect((await listed(store())).has(first)).toBe(false);
  });

  test('everything stored is listed with its size and time', async () => {
    const keys = await Promise.all([3, 0, 70_000].map((size) => stored(store(), Buffer.alloc(size))));

    const found = new Map((await Array.fromAsync(store().list())).map((it) => [it.key, it]));

    expect(keys.map((key) => found.get(key)?.sizeInBytes)).toEqual([3, 0, 70_000]);
    expect(keys.every((key) => (found.get(key)?.modifiedAt.getTime() ?? 0) > 0)).toBe(true);
  });
}

function removing(store: () => BlobStore): void {
  test('removed objects are gone, the others stay, and keys that are not there do not matter', async () => {
    const [kept, ...gone] = await Promise.all(Array.from({ length: 40 }, (_, i) => stored(store(), Buffer.alloc(i))));

    await store().remove([...gone, crypto.randomUUID(), ...gone]);
    await store().remove([]);

    expect(await Promise.all(gone.map((key) => store().has(key)))).toEqual(gone.map(() => false));
    expect(kept && (await store().has(kept))).toBe(true);
  });

  test('more keys than one request may name are removed in one go, the first and the last of them too', async () => {
    const [first, last] = await Promise.all([stored(store(), Buffer.alloc(1)), stored(store(), Buffer.alloc(2))]);
    const between = Array.from({ length: 1_200 }, () => crypto.randomUUID());

    await store().remove([first, ...between, last]);

    expect(await Promise.all([first, last].map((key) => store().has(key)))).toEqual([false, false]);
  });

  test('a draft is discarded at any time, again and again, and leaves nothing', async () => {
    const begun = await store().begin(crypto.randomUUID());
    const appended = await store().append(await store().begin(crypto.randomUUID()), source([Buffer.from('some')]));
    const completed = await store().append(await store().begin(crypto.randomUUID()), source([Buffer.from('some')]));
    await store().complete(completed);

    for (const draft of [begun, appended, completed]) {
      await store().discard(draft);
      await store().discard(throughARow(draft));
    }

    const left = await listed(store());
    for (const { key } of [begun, appended, completed]) {
      expect(await store().read(key)).toBeUndefined();
      expect(left.has(key)).toBe(false);
    }
  });

  test('a draft that was discarded cannot be completed or appended to', async () => {
    const draft = await store().append(await store().begin(crypto.randomUUID()), source([Buffer.from('some')]));
    await store().discard(draft);

    await expect(store().append(draft, source([Buffer.from('more')]))).rejects.toThrow();
    await expect(store().complete(draft)).rejects.toThrow();
    expect(await store().has(draft.key)).toBe(false);
  });

  test('a key whose draft was discarded can be begun again', async () => {
    const draft = await store().append(await store().begin(crypto.randomUUID()), source([Buffer.from('some')]));
    await store().discard(draft);

    const again = await store().append(await store().begin(draft.key), source([Buffer.from('other')]));
    await store().complete(again);

    expect(await content(store(), draft.key)).toEqual(Buffer.from('other'));
  });

  test('keys that are no ids are refused, so that none can name what lies elsewhere', async () => {
    for (const key of ['', '.', '..', '../escape', 'a/b', 'UPPER', 'nul\0', 'a.b']) {
      await expect(store().begin(key)).rejects.toThrow('not an object key');
      await expect(store().read(key)).rejects.toThrow('not an object key');
      await expect(store().remove([key])).rejects.toThrow('not an object key');
    }
  });
}

async function stored(store: BlobStore, bytes: Uint8Array): Promise<string> {
  const key = crypto.randomUUID();
  await store.complete(await store.append(await store.begin(key), source([bytes])));
  return key;
}

async function content(store: BlobStore, key: string, range?: ByteRange): Promise<Buffer | undefined> {
  const stream = await store.read(key, range);
  return stream && Buffer.concat(await stream.toArray());
}

async function listed(store: BlobStore): Promise<Map<string, number>> {
  return new Map((await Array.fromAsync(store.list())).map((it) => [it.key, it.sizeInBytes]));
}

/** The draft as another process would get it: only what survives as JSON. */
function throughARow(draft: Draft): Draft {
  return JSON.parse(JSON.stringify(draft));
}

async function* source(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function* failingAfter(
  pieces: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  message: string,
): AsyncGenerator<Uint8Array> {
  yield* pieces;
  throw new Error(message);
}

/** Chunks filled with 1, 2, 3 and so on, all in one buffer that is overwritten as soon as the next is asked for. */
async function* reusingOneBuffer(chunks: number, size: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(size);
  for (let i = 1; i <= chunks; i++) {
    yield buffer.fill(i);
    buffer.fill(0);
  }
}
