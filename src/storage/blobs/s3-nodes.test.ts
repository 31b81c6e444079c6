import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type S3Server, startCeph, withCeph } from '../../../test/servers/ceph.ts';
import type { BlobStore, Draft } from './port.ts';
import { findingAbilities } from './s3/abilities.ts';
import type { Bucket } from './s3/bucket.ts';
import { calling, PATIENCE } from './s3/call.ts';
import { type Access, connect } from './s3/client.ts';
import { completeDraft } from './s3/complete.ts';
import { namesBelow } from './s3/names.ts';
import { PART_SIZE, partMemory } from './s3/part-memory.ts';
import { s3Bucket } from './s3/s3-bucket.ts';
import { sumOf } from './s3/sum.ts';
import { s3BlobStore } from './s3.ts';

const MIB = 1024 * 1024;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

withCeph('the S3 stores of several nodes on one bucket', () => {
  let ceph: S3Server;
  let bucket: string;
  let stores: BlobStore[] = [];
  beforeAll(async () => {
    ceph = await startCeph();
  });
  afterAll(() => ceph.stop());
  beforeEach(async () => {
    bucket = await ceph.createBucket();
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close?.()));
    stores = [];
  });

  function access(): Access {
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    return { endpoint, region, credentials: { accessKeyId, secretAccessKey }, addressing: 'path' };
  }

  /** A store as a process of its own has it: it remembers nothing of the others. */
  function node({ prefix = 'berth' } = {}): BlobStore {
    const store = s3BlobStore({ ...access(), bucket, prefix, log: { warn() {} } });
    stores.push(store);
    return store;
  }

  const everything = async () => (await Array.fromAsync(node().list())).map(({ key }) => key);

  async function pull(key: string): Promise<Buffer | undefined> {
    const stream = await node().read(key);
    return stream && Buffer.concat(await stream.toArray());
  }

  test('each chunk of an upload may reach another node, whatever its size', async () => {
    const chunks = [3, 9 * MIB, 1, 8 * MIB, 0, 5 * MIB, 20 * MIB, 7].map((size) => randomBytes(size));
    let draft = await node().begin(crypto.randomUUID());

    for (const chunk of chunks) draft = await node().append(throughARow(draft), inPieces(chunk));
    await node().complete(throughARow(draft));

    expect((await pull(draft.key))?.equals(Buffer.concat(chunks))).toBe(true);
    expect(await everything()).toEqual([draft.key]);
  });

  test('many small chunks leave one tail at a time', async () => {
    const [one, other] = [node(), node()];
    let draft = await one.begin(crypto.randomUUID());

    for (let i = 0; i < 12; i++) draft = await (i % 2 === 0 ? one : other).append(draft, inPieces(randomBytes(MIB)));

    const tails = (await everything()).filter((key) => key.startsWith('tail-'));
    expect(tails.length).toBeLessThanOrEqual(2); // The draft's own, and that of the one before.
  });

  test('a node that was cut off is gone on from by another, and leaves nothing', async () => {
    const bytes = randomBytes(144 * MIB);
    const told: Draft[] = [];
    const begun = await node().begin(crypto.randomUUID());
    const cut = node().append(begun, thenFail(inPieces(bytes.subarray(0, 139 * MIB))), async (draft) => {
      told.push(throughARow(draft));
    });
    await expect(cut).rejects.toThrow('power cut');

    const last = told.at(-1) ?? begun;
    expect(last.size).toBeGreaterThan(0);
    const grown = await node().append(last, inPieces(bytes.subarray(last.size)));
    await node().complete(grown);

    expect((await pull(begun.key))?.equals(bytes)).toBe(true);
    expect(await everything()).toEqual([begun.key]);
  });

  test('what a node sent that died before it was written down is swept when the object is complete', async () => {
    const begun = await node().begin(crypto.randomUUID());
    await node().append(begun, inPieces(randomBytes(11 * MIB)));
    const bytes = randomBytes(10 * MIB);

    await node().complete(await node().append(begun, inPieces(bytes)));

    expect((await pull(begun.key))?.equals(bytes)).toBe(true);
    expect(await everything()).toEqual([begun.key]);
  });

  test('an object that another node completed can be completed again, and that changes nothing', async () => {
    const bytes = randomBytes(9 * MIB);
    const small = await node().append(await node().begin(crypto.randomUUID()), inPieces(bytes.subarray(0, 10)));
    const large = await node().append(await node().begin(crypto.randomUUID()), inPieces(bytes));

    for (const draft of [small, large, small, large]) await node().complete(throughARow(draft));

    expect((await pull(large.key))?.equals(bytes)).toBe(true);
    expect((await everything()).sort()).toEqual([small.key, large.key].sort());
  });

  test('what another node discarded cannot be completed', async () => {
    const small = await node().append(await node().begin(crypto.randomUUID()), inPieces(randomBytes(10)));
    const large = await node().append(await node().begin(crypto.randomUUID()), inPieces(randomBytes(9 * MIB)));
    await Promise.all([node().discard(small), node().discard(large)]);

    await expect(node().complete(small)).rejects.toThrow('has lost bytes: none of 10 are there');
    await expect(node().complete(large)).rejects.toThrow('has lost bytes');
    expect(await everything()).toEqual([]);
  });

  test('a draft that is completed where more parts lie than it names has exactly its own bytes', async () => {
    const bytes = randomBytes(28 * MIB);
    const first = await node().append(await node().begin(crypto.randomUUID()), inPieces(bytes.subarray(0, 19 * MIB)));
    await node().append(throughARow(first), inPieces(bytes.subarray(19 * MIB)));

    await node().complete(first);

    expect((await pull(first.key))?.equals(bytes.subarray(0, 19 * MIB))).toBe(true);
    expect(await everything()).toEqual([first.key]);
  });

  test.each([
    ['whole ones', [5, 4, 6, 7].map((number) => ({ number, size: PART_SIZE }))],
    ['one behind a short one', [{ number: 4, size: MIB }, undefined, { number: 5, size: PART_SIZE }]],
  ])('parts of an append that was cut off may arrive while the draft before it is completed: %s', async (_, parts) => {
    const late = [...parts];
    const bytes = randomBytes(19 * MIB);
    const draft = await node().append(await node().begin(crypto.randomUUID()), inPieces(bytes));
    const client = connect(access());
    const plain = s3Bucket(client, bucket, calling(PATIENCE));
    /** Whoever asks which parts there are is told, and then one more comes. */
    const telling: Bucket['parts'] = async (upload) => {
      const stored = await plain.parts(upload);
      const next = late.shift();
      const body = Buffer.alloc(next?.size ?? 0, 'late');
      if (next) await plain.putPart(upload, { number: next.number, body, sum: sumOf('none', body) });
      return stored;
    };
    const names = namesBelow('berth');

    await completeDraft(
      {
        bucket: { ...plain, parts: telling },
        names,
        abilities: findingAbilities(plain, names),
        memory: partMemory(),
        log: { warn() {} },
        stallMs: PATIENCE.stallMs,
        mayHaveOrphans() {},
      },
      draft,
    );
    client.destroy();

    expect(late).toEqual([]);
    expect((await pull(draft.key))?.equals(bytes)).toBe(true);
  });

  test('the state of a draft is short, however long the draft is', async () => {
    const short = await node().append(await node().begin(crypto.randomUUID()), inPieces(Buffer.alloc(8 * MIB)));
    const long = await node().append(short, inPieces(Buffer.alloc(64 * MIB)));

    expect(short.state.length).toBeLessThan(400);
    expect(long.state.length).toBe(short.state.length);
  });

  test('whoever lost his claim changes nothing that was committed, by appending, completing or both', async () => {
    const bytes = randomBytes(18 * MIB);
    const other = randomBytes(18 * MIB);
    const zombie = node();
    const begun = await zombie.begin(crypto.randomUUID());
    const small = await zombie.append(begun, inPieces(bytes.subarray(0, MIB)));
    const large = await zombie.append(small, inPieces(bytes.subarray(MIB, 10 * MIB)));
    const whole = await node().append(throughARow(large), inPieces(bytes.subarray(10 * MIB)));
    await node().complete(whole);

    const late = await Promise.allSettled([
      zombie.append(large, inPieces(other)),
      node().append(small, inPieces(other)),
      node().append(begun, inPieces(other.subarray(0, MIB))),
      node().complete(large),
      node().complete(small),
      node().complete(begun),
    ]);

    // A node that knows nothing of the object may let an old small draft grow: nothing comes of it.
    expect(late.map(({ status }) => status)).toEqual([
      'rejected',
      expect.any(String),
      'rejected',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect((await pull(begun.key))?.equals(bytes)).toBe(true);
  });

  test('parts that a zombie sends while the upload goes on elsewhere are never part of the object', async () => {
    const bytes = randomBytes(26 * MIB);
    const zombie = node();
    const first = await zombie.append(await zombie.begin(crypto.randomUUID()), inPieces(bytes.subarray(0, 10 * MIB)));
    const whole = await node().append(throughARow(first), inPieces(bytes.subarray(10 * MIB)));
    await zombie.append(first, inPieces(randomBytes(16 * MIB)));

    await expect(node().complete(whole)).rejects.toThrow('has lost bytes');

    expect(await pull(first.key)).toBeUndefined();
    await node().discard(whole);
    expect(await everything()).toEqual([]);
  });

  test('of two nodes that write one small object with other bytes the second is refused', async () => {
    const key = crypto.randomUUID();
    const [one, other] = [await node().begin(key), await node().begin(key)];
    const draft = await node().append(one, inPieces(Buffer.from('first')));

    await expect(node().append(other, inPieces(Buffer.from('other')))).rejects.toThrow('is there already');

    await node().complete(draft);
    expect(await pull(key)).toEqual(Buffer.from('first'));
  });

  test('what a node left behind that died is listed as a piece of its object, and goes by its key', async () => {
    const dead = node();
    const draft = await dead.append(await dead.begin(crypto.randomUUID()), inPieces(randomBytes(11 * MIB)));

    const found = await Array.fromAsync(node().list());
    expect(found.map(({ pieceOf }) => pieceOf)).toEqual([draft.key, draft.key]);
    expect(found.map(({ sizeInBytes }) => sizeInBytes).sort()).toEqual([11 * MIB, 3 * MIB]);
    expect(await Promise.all(found.map(({ key }) => node().has(key)))).toEqual([true, true]);

    await node().remove(found.map(({ key }) => key));
    expect(await everything()).toEqual([]);
    expect(await Promise.all(found.map(({ key }) => node().has(key)))).toEqual([false, false]);
  });

  test('installations below other prefixes of the bucket do not see each other', async () => {
    const [here, there] = [node({ prefix: 'one' }), node({ prefix: 'one/two' })];
    const key = crypto.randomUUID();
    await here.complete(await here.append(await here.begin(key), inPieces(Buffer.from('here'))));
    await there.append(await there.begin(crypto.randomUUID()), inPieces(randomBytes(9 * MIB)));

    expect((await Array.fromAsync(here.list())).map((it) => it.key)).toEqual([key]);
    expect(await there.has(key)).toBe(false);
    expect(await here.belongTo('one')).toBe('one');
    expect(await there.belongTo('two')).toBe('two');
  });

  test('of many nodes that start on a new bucket at once each is told the same owner', async () => {
    const owners = await Promise.all(['a', 'b', 'c', 'd'].map((id) => node().belongTo(id)));

    expect(new Set(owners).size).toBe(1);
  });

  test('a bucket that is gone makes nothing missing: the store is unavailable', async () => {
    const gone = s3BlobStore({
      bucket: 'no-such-bucket',
      prefix: '',
      endpoint: ceph.endpoint,
      credentials: { accessKeyId: ceph.accessKeyId, secretAccessKey: ceph.secretAccessKey },
      addressing: 'path',
      log: { warn() {} },
    });
    stores.push(gone);

    await expect(gone.has(crypto.randomUUID())).rejects.toThrow('S3 did not serve');
    await expect(gone.read(crypto.randomUUID())).rejects.toThrow('NoSuchBucket');
  });

  test('an address serves the object and its ranges to anybody until it expires', async () => {
    const store = node();
    const key = crypto.randomUUID();
    await store.complete(await store.append(await store.begin(key), inPieces(Buffer.from('layer bytes'))));

    const address = (await store.addressOf?.(key, new Date(Date.now() + 3_600_000))) ?? '';
    const expired = (await store.addressOf?.(key, new Date(Date.now() - 1_000))) ?? '';

    expect(await (await fetch(address)).text()).toBe('layer bytes');
    const range = await fetch(address, { headers: { Range: 'bytes=6-10' } });
    expect([range.status, await range.text()]).toEqual([206, 'bytes']);
    expect((await fetch(expired)).status).toBe(403);
    expect((await fetch(address.replace(/Signature=..../, 'Signature=0000'))).status).toBe(403);
  });

  test('everything that is relied on is there, and looking leaves nothing', async () => {
    const examined = await node().examine?.();

    expect(examined?.map(({ what, state }) => `${what}: ${state}`)).toEqual([
      'writing and reading: good',
      'missing objects: good',
      'ranges: good',
      'listing: good',
      'multipart uploads: good',
      'conditional writes: good',
      'checksums: good',
      'removal: good',
    ]);
    expect(await everything()).toEqual([]);
  });
});

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += MIB) yield bytes.subarray(i, i + MIB);
}

async function* thenFail(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
  throw new Error('power cut');
}

function throughARow(draft: Draft): Draft {
  return JSON.parse(JSON.stringify(draft));
}
