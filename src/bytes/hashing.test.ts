import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { DigestAlgorithm } from '../values/digest.ts';
import { startHashing } from './hashing.ts';

const ALGORITHMS = ['sha256', 'sha512'] as const;

describe('hashing on threads', () => {
  const hashing = startHashing(2);
  afterAll(() => hashing.close());

  test('digests of any bytes in any pieces, many streams at once, are those of node:crypto', async () => {
    const stream = fc.record({
      algorithm: fc.constantFrom(...ALGORITHMS),
      pieces: fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 }),
      isShared: fc.boolean(),
    });

    const agrees = fc.asyncProperty(fc.array(stream, { minLength: 1, maxLength: 6 }), async (streams) => {
      const digests = streams.map(async ({ algorithm, pieces, isShared }) => {
        const hasher = hashing.start(algorithm);
        const updates = pieces.map((piece) => hasher.update(isShared ? shared(piece) : piece));
        const digest = await hasher.digest();
        await Promise.all(updates);
        return { digest, size: hasher.size };
      });
      expect(await Promise.all(digests)).toEqual(streams.map(({ algorithm, pieces }) => oracle(algorithm, pieces)));
    });
    await fc.assert(agrees, { numRuns: 100 });
  });

  test('bytes may be changed once their update has resolved, shared or not', async () => {
    for (const bytes of [new Uint8Array(100_000), shared(new Uint8Array(100_000))]) {
      const hasher = hashing.start('sha256');
      const before = Uint8Array.from(bytes.fill(1));

      await hasher.update(bytes);
      bytes.fill(2);

      expect(await hasher.digest()).toBe(oracle('sha256', [before]).digest);
    }
  });

  test('a view of a larger buffer is hashed as the view, and the buffer stays usable', async () => {
    const whole = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    const hasher = hashing.start('sha512');

    await hasher.update(whole.subarray(100, 200));

    expect(await hasher.digest()).toBe(oracle('sha512', [whole.slice(100, 200)]).digest);
    expect(whole.length).toBe(1000);
  });

  test('a hasher that has ended takes nothing more', async () => {
    const digested = hashing.start('sha256');
    await digested.digest();
    const disposed = hashing.start('sha256');
    disposed.dispose();
    disposed.dispose();

    await expect(digested.update(Buffer.from('late'))).rejects.toThrow('the hasher has ended');
    await expect(digested.digest()).rejects.toThrow('the hasher has ended');
    await expect(disposed.digest()).rejects.toThrow('the hasher has ended');
  });
});

test('when a thread dies its hashers reject, and later ones are served by a new thread', async () => {
  const hashing = startHashing(1, workerThatDiesOf('poison'));
  try {
    const unlucky = hashing.start('sha256');
    const neighbour = hashing.start('sha256');

    const poisoned = unlucky.update(Buffer.from('poison'));
    await expect(poisoned).rejects.toThrow('a hashing thread has ended before its work');
    await expect(neighbour.digest()).rejects.toThrow('a hashing thread has ended before its work');

    const later = hashing.start('sha256');
    await later.update(Buffer.from('food'));
    expect(await later.digest()).toBe(oracle('sha256', [Buffer.from('food')]).digest);
  } finally {
    await hashing.close();
  }
});

test('closing fails the hashers in use, and nothing can be started any more', async () => {
  const hashing = startHashing(1);
  const hasher = hashing.start('sha256');
  await hasher.update(Buffer.from('begun'));

  await hashing.close();

  await expect(hasher.digest()).rejects.toThrow('hashing was closed');
  expect(() => hashing.start('sha256')).toThrow('hashing was closed');
});

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function oracle(algorithm: DigestAlgorithm, pieces: readonly Uint8Array[]) {
  const bytes = Buffer.concat(pieces);
  return { digest: `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`, size: bytes.length };
}

/** The real worker, which ends its process thread when it is asked to hash `poison`. */
function workerThatDiesOf(poison: string): URL {
  const real = new URL('./hash-worker.ts', import.meta.url).href;
  const source = `
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ bytes }) => {
      if (bytes && Buffer.from(bytes).toString() === ${JSON.stringify(poison)}) process.exit(1);
    });
    await import(${JSON.stringify(real)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
