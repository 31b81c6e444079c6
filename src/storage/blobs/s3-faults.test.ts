import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type S3Server, startCeph, withCeph } from '../../../test/servers/ceph.ts';
import { type Fault, type S3Proxy, startS3Proxy } from '../../../test/servers/s3-proxy.ts';
import { type BlobStore, type Draft, StoreUnavailable } from './port.ts';
import { s3BlobStore } from './s3.ts';

const MIB = 1024 * 1024;
/** Long enough for a machine that is busy with other tests, short enough to wait for. */
const IMPATIENT = { attemptMs: 1_500, bytesPerMs: 64 * 1024, callMs: 12_000, stallMs: 1_000 };

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

withCeph('the S3 store when requests go wrong', () => {
  let ceph: S3Server;
  let proxy: S3Proxy;
  let store: BlobStore;
  beforeAll(async () => {
    ceph = await startCeph();
  });
  afterAll(() => ceph.stop());
  beforeEach(async () => {
    proxy = await startS3Proxy(ceph.endpoint);
    const { region, accessKeyId, secretAccessKey } = ceph;
    store = s3BlobStore(
      {
        bucket: await ceph.createBucket(),
        prefix: 'berth/',
        endpoint: proxy.endpoint,
        region,
        credentials: { accessKeyId, secretAccessKey },
        addressing: 'path',
        log: { warn() {} },
      },
      IMPATIENT,
    );
    await store.probe(); // What the store can do is found out before anything goes wrong.
  });
  afterEach(async () => {
    await store.close?.();
    await proxy.stop();
  });

  const small = randomBytes(1000);
  /** A part, and what is behind it. */
  const inTwo = randomBytes(9 * MIB);
  const large = randomBytes(19 * MIB);

  async function push(bytes: Buffer, key: string = crypto.randomUUID()): Promise<string> {
    const draft = await store.append(await store.begin(key), inPieces(bytes));
    await store.complete(draft);
    return key;
  }

  async function pull(key: string): Promise<Buffer | undefined> {
    const stream = await store.read(key);
    return stream && Buffer.concat(await stream.toArray());
  }

  const everything = async () => (await Array.fromAsync(store.list())).map(({ key }) => key);

  const passing: Fault['how'][] = ['slow-down', 'reset', 'silence', 'lose-answer', 'fail-afterwards', { delayMs: 300 }];
  test.each(passing)(
    'what is asked gets over %j, once of each kind of request, and leaves its objects alone',
    async (how) => {
      for (const on of ['head', 'put'] as const) proxy.inject({ on, how });
      const one = await push(small);
      await proxy.done();
      expect((await pull(one))?.equals(small)).toBe(true);
      expect(await everything()).toEqual([one]);

      const kinds = ['head', 'put', 'begin-parts', 'put-part', 'list-parts', 'complete-parts', 'remove'] as const;
      for (const on of kinds) proxy.inject({ on, how });
      const other = await push(inTwo);
      await proxy.done();
      expect((await pull(other))?.equals(inTwo)).toBe(true);
      expect((await everything()).toSorted()).toEqual([one, other].toSorted());

      const draft = await store.append(await store.begin(crypto.randomUUID()), inPieces(inTwo));
      for (const on of ['list', 'list-uploads', 'abort-parts', 'remove'] as const) proxy.inject({ on, how });
      await store.discard(draft);
      await store.remove([one, other]);
      await proxy.done();
      expect(await everything()).toEqual([]);
    },
  );

  test('a pull gets over all that can happen to it, again and again, and gives exactly the object’s bytes', async () => {
    const key = await push(large);

    for (const how of ['truncate', 'stall', 'reset', 'slow-down', 'silence'] as const) {
      proxy.inject({ on: 'get', how, times: 3 });
      expect((await pull(key))?.equals(large), how).toBe(true);
      await proxy.done();

      proxy.inject({ on: 'get', how, times: 3 });
      const range = await store.read(key, { first: 5, last: 9 * MIB });
      const bytes = Buffer.concat((await range?.toArray()) ?? []);
      expect(bytes.equals(large.subarray(5, 9 * MIB + 1)), how).toBe(true);
      await proxy.done();
    }
  });

  test('bytes that were damaged on their way are noticed, and sent again', async () => {
    proxy.inject({ on: 'put-part', how: 'damage' });
    proxy.inject({ on: 'put', how: 'damage' });

    const [one, other] = [await push(inTwo), await push(small)];

    await proxy.done();
    expect((await pull(one))?.equals(inTwo)).toBe(true);
    expect((await pull(other))?.equals(small)).toBe(true);
  });

  test('a tail that was damaged in the store is not built upon', async () => {
    const draft = await store.append(await store.begin(crypto.randomUUID()), inPieces(inTwo));
    const { tail } = JSON.parse(draft.state);
    const state = JSON.stringify({ ...JSON.parse(draft.state), tail: { ...tail, crc: (tail.crc + 1) % 2 ** 32 } });

    await expect(store.append({ ...draft, state }, inPieces(small))).rejects.toThrow('a draft has lost bytes');
  });

  test('a store that stays away is unavailable, in time, and the draft goes on when it is back', async () => {
    const draft = await store.append(await store.begin(crypto.randomUUID()), inPieces(inTwo));

    await ceph.kill();
    const failures = await Promise.allSettled([
      store.append(draft, inPieces(inTwo)),
      store.has(draft.key),
      push(small),
    ]);
    expect(failures.map((it) => it.status === 'rejected' && it.reason)).toEqual([
      expect.any(StoreUnavailable),
      expect.any(StoreUnavailable),
      expect.any(StoreUnavailable),
    ]);
    await ceph.restart();

    const grown = await store.append(throughARow(draft), inPieces(inTwo));
    await store.complete(grown);
    expect((await pull(draft.key))?.equals(Buffer.concat([inTwo, inTwo]))).toBe(true);
    expect(await everything()).toEqual([draft.key]);
  });

  test('a gateway that is killed in the midst of pushes and pulls and comes back is not noticed', async () => {
    const key = await push(large);
    const reading = await store.read(key);
    const start = crypto.randomUUID();
    const { promise: isUnderway, resolve: underway } = Promise.withResolvers<void>();
    const pushing = store.append(await store.begin(start), telling(inPieces(large), underway));
    const pieces = reading?.[Symbol.asyncIterator]();
    const first = await pieces?.next();
    await isUnderway;

    await ceph.kill();
    const rest = readOn(pieces);
    const [grown] = await Promise.all([pushing, ceph.restart()]);

    await store.complete(grown);
    expect(Buffer.concat([first?.value, ...(await rest)]).equals(large)).toBe(true);
    expect((await pull(start))?.equals(large)).toBe(true);
  });

  test('a reader that leaves frees its connection at once, however far it was', async () => {
    const key = await push(large);

    for (let i = 0; i < 40; i++) {
      const stream = await store.read(key);
      if (i % 2 === 0) await stream?.[Symbol.asyncIterator]().next();
      stream?.destroy();
    }

    expect((await pull(key))?.equals(large)).toBe(true);
  });
});

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += MIB) yield bytes.subarray(i, i + MIB);
}

async function* telling(pieces: AsyncIterable<Uint8Array>, underway: () => void): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const piece of pieces) {
    yield piece;
    count += 1;
    if (count === 10) underway();
  }
}

async function readOn(pieces: AsyncIterator<Buffer> | undefined): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for (let next = await pieces?.next(); next && !next.done; next = await pieces?.next()) all.push(next.value);
  return all;
}

function throughARow(draft: Draft): Draft {
  return JSON.parse(JSON.stringify(draft));
}
