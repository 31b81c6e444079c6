import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startHashing } from './hashing.ts';
import { type Intake, intake } from './intake.ts';
import type { Hasher } from './port.ts';
import { slabPool } from './slab-pool.ts';
import { TooLong } from './too-long.ts';

const hashing = startHashing(1);
afterAll(() => hashing.close());

describe('an intake', () => {
  test('gives out and hashes all bytes in order, however they arrive and whatever a slab holds', async () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 12 });
    const keepsAll = fc.asyncProperty(pieces, fc.integer({ min: 1, max: 300 }), async (arriving, slabSize) => {
      const pool = slabPool({ slabs: 4, slabSize });
      const hasher = hashing.start('sha256');
      const taken = intake(Readable.from(arriving, { objectMode: false }), { hasher, pool });

      const bytes = await gather(taken);

      expect(bytes).toEqual(Buffer.concat(arriving));
      expect(await hasher.digest()).toBe(sha256(bytes));
      expect([taken.received, taken.cutShort, pool.inUse]).toEqual([bytes.length, false, 0]);
    });
    await fc.assert(keepsAll, { numRuns: 100 });
  });

  test('goes on reading while the consumer is busy, and keeps at most three slabs', async () => {
    const pool = slabPool({ slabs: 10, slabSize: 100 });
    const source = new PassThrough({ highWaterMark: 50 });
    const chunks = intake(source, { pool })[Symbol.asyncIterator]();
    const sent = pour(source, Buffer.alloc(5000, 7), 50);

    await chunks.next();
    await untilPaused(source);

    expect(pool.inUse).toBe(3);
    let size = 100;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) size += next.value.length;
    expect(size).toBe(5000);
    await sent;
  });

  test('does not give a slab back before the hasher is done with it', async () => {
    const pool = slabPool({ slabs: 3, slabSize: 10 });
    const { hasher, finish } = slowHasher();
    const chunks = intake(Readable.from([Buffer.alloc(10)], { objectMode: false }), { hasher, pool });
    const iterator = chunks[Symbol.asyncIterator]();
    await iterator.next();

    const end = iterator.next();
    expect(await Promise.race([end, settled()])).toBe('still waiting');
    expect(pool.inUse).toBe(1);

    finish();
    expect(await end).toEqual({ done: true, value: undefined });
    expect(pool.inUse).toBe(0);
  });

  test('throws what the hasher rejects with', async () => {
    const hasher = { ...slowHasher().hasher, update: () => Promise.reject(new Error('the thread died')) };
    const pool = slabPool({ slabs: 3, slabSize: 10 });

    const gathering = gather(intake(Readable.from([Buffer.alloc(35)], { objectMode: false }), { hasher, pool }));

    await expect(gathering).rejects.toThrow('the thread died');
    expect(pool.inUse).toBe(0);
  });

  test('takes bytes up to its limit and throws at one more', async () => {
    const bytes = Buffer.alloc(1000);
    const exact = intake(Readable.from([bytes], { objectMode: false }), { limit: 1000 });
    const over = intake(Readable.from([bytes, Buffer.alloc(1)], { objectMode: false }), { limit: 1000 });

    expect((await gather(exact)).length).toBe(1000);
    await expect(gather(over)).rejects.toThrow(TooLong);
    expect([exact.tooLong, over.tooLong]).toEqual([false, true]);
  });

  test('throws an error of the source that is no abort', async () => {
    const source = new PassThrough();
    source.write('some');
    const taken = gather(intake(source));

    source.destroy(new Error('cannot be unzipped'));

    await expect(taken).rejects.toThrow('cannot be unzipped');
  });

  test('is cut short when no byte comes for too long, and keeps what came', async () => {
    const source = new PassThrough();
    source.write('hello');
    const taken = intake(source, { idleTimeoutMs: 20 });

    expect((await gather(taken)).toString()).toBe('hello');
    expect(taken.cutShort).toBe(true);
  });

  test('keeps what the stream still holds when the sender goes away while the consumer is busy', async () => {
    const pool = slabPool({ slabs: 3, slabSize: 10 });
    const source = new PassThrough();
    source.write(Buffer.alloc(50, 1));
    const taken = intake(source, { pool });
    const iterator = taken[Symbol.asyncIterator]();
    const first = await iterator.next();
    await untilPaused(source);
    source.write(Buffer.alloc(50, 2));

    source.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));

    const bytes = [...(first.value ?? [])];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) bytes.push(...next.value);
    expect(bytes).toEqual([...Buffer.alloc(50, 1), ...Buffer.alloc(50, 2)]);
    expect([taken.cutShort, taken.received]).toEqual([true, 100]);
  });

  test('does not blame the sender for the time that the consumer takes', async () => {
    const pool = slabPool({ slabs: 3, slabSize: 10 });
    const source = new PassThrough();
    source.write(Buffer.alloc(100));
    const taken = intake(source, { pool, idleTimeoutMs: 10 });
    const iterator = taken[Symbol.asyncIterator]();
    let size = (await iterator.next()).value?.length ?? 0;
    await untilPaused(source);
    await new Promise((passed) => setTimeout(passed, 30));

    source.end(Buffer.alloc(100));
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) size += next.value.length;

    expect([size, taken.cutShort]).toEqual([200, false]);
  });

  test('gives all slabs back when the consumer leaves in the middle', async () => {
    const pool = slabPool({ slabs: 3, slabSize: 10 });
    const source = new PassThrough();
    source.write(Buffer.alloc(1000));

    for await (const chunk of intake(source, { pool })) {
      expect(chunk.length).toBe(10);
      break;
    }

    expect(pool.inUse).toBe(0);
    expect(source.destroyed).toBe(false);
  });

  test('of a source that has ended, or was destroyed, before it began ends at once', async () => {
    const ended = Readable.from([]);
    await ended.toArray();
    const destroyed = new PassThrough();
    destroyed.destroy();
    await once(destroyed, 'close');
    const takes = [intake(ended), intake(destroyed)];

    expect((await Promise.all(takes.map((taken) => gather(taken)))).map((bytes) => bytes.length)).toEqual([0, 0]);
    expect(takes.map((taken) => taken.cutShort)).toEqual([false, true]);
  });
});

describe('intakes that share a pool', () => {
  test('never hold more than it has, and all finish', async () => {
    const pool = slabPool({ slabs: 4, slabSize: 64 });
    let most = 0;
    const bodies = Array.from({ length: 20 }, (_, i) => Buffer.alloc(3000 + i, i));

    const gathered = await Promise.all(
      bodies.map((body) => {
        const source = Readable.from(slices(body, 100), { objectMode: false });
        return gather(intake(source, { hasher: hashing.start('sha256'), pool }), () => {
          most = Math.max(most, pool.inUse);
        });
      }),
    );

    expect(gathered.every((bytes, i) => bytes.equals(bodies[i] ?? Buffer.alloc(0)))).toBe(true);
    expect(most).toBe(4);
    expect(pool.inUse).toBe(0);
  });

  test('are not starved by a sender that fills its slab slowly', async () => {
    const pool = slabPool({ slabs: 1, slabSize: 1000 });
    const slow = new PassThrough();
    const slowIntake = intake(slow, { pool });
    const slowBytes = gather(slowIntake);
    slow.write('drip');
    while (pool.inUse === 0) await settled();

    const quick = await gather(intake(Readable.from([Buffer.alloc(2500)], { objectMode: false }), { pool }));

    expect(quick.length).toBe(2500);
    slow.end('drop');
    expect((await slowBytes).toString()).toBe('dripdrop');
  });
});

describe('an intake of an HTTP body', () => {
  let server: Server;
  let arrived: PromiseWithResolvers<{ body: IncomingMessage; taken: Intake; answer: ServerResponse }>;
  beforeEach(async () => {
    arrived = Promise.withResolvers();
    server = createServer((body, answer) => arrived.resolve({ body, taken: intake(body), answer }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const port = () => (server.address() as AddressInfo).port;

  test('whose client goes away keeps every byte that it sent', async () => {
    const bytes = randomBytes(3_000_000);
    const client = connect(port(), '127.0.0.1');
    client.write(`PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: ${bytes.length * 2}\r\n\r\n`);
    client.end(bytes);
    const { taken } = await arrived.promise;

    const kept = await gather(taken);

    expect(kept.equals(bytes)).toBe(true);
    expect([taken.cutShort, taken.received]).toEqual([true, bytes.length]);
  });

  test('whose client breaks the connection while we are busy keeps what was read by then', async () => {
    const bytes = randomBytes(3_000_000);
    const client = connect(port(), '127.0.0.1');
    client.write(`PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: ${bytes.length * 2}\r\n\r\n`);
    client.write(bytes);
    const { body, taken } = await arrived.promise;
    const iterator = taken[Symbol.asyncIterator]();
    const first = await iterator.next();

    client.resetAndDestroy();
    await new Promise((closed) => body.on('close', closed));

    const rest: Buffer[] = [];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) rest.push(Buffer.from(next.value));
    const kept = Buffer.concat([first.value ?? Buffer.alloc(0), ...rest]);
    expect(kept.equals(bytes.subarray(0, kept.length))).toBe(true);
    expect([taken.cutShort, taken.received]).toEqual([true, kept.length]);
  });

  test('that is whole is not cut short, and the connection can answer', async () => {
    const bytes = randomBytes(2_500_000);
    const sending = request({ port: port(), method: 'PUT' });
    sending.end(bytes);
    const { taken, answer } = await arrived.promise;

    expect((await gather(taken)).equals(bytes)).toBe(true);
    expect(taken.cutShort).toBe(false);
    answer.writeHead(201).end();
    const [answered] = await once(sending, 'response');
    expect(answered.statusCode).toBe(201);
  });
});

async function gather(taken: AsyncIterable<Uint8Array>, onChunk = () => {}): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of taken) {
    onChunk();
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function pour(into: PassThrough, bytes: Buffer, size: number): Promise<void> {
  for (const slice of slices(bytes, size)) if (!into.write(slice)) await once(into, 'drain');
  into.end();
}

async function untilPaused(source: Readable): Promise<void> {
  while (!source.isPaused()) await settled();
}

/** Resolves when everything that can happen without outside help by now has had its turn. */
async function settled(): Promise<'still waiting'> {
  await new Promise((turn) => setImmediate(turn));
  return 'still waiting';
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A hasher that is done with nothing until it is told to finish. */
function slowHasher(): { hasher: Hasher; finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const hasher: Hasher = {
    algorithm: 'sha256',
    size: 0,
    update: () => promise,
    digest: () => Promise.reject(new Error('not of interest here')),
    dispose: () => {},
  };
  return { hasher, finish: resolve };
}
