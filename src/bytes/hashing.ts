import type { DigestAlgorithm } from '../values/digest.ts';
import { digestOf } from '../values/digest.ts';
import { type HashThread, hashThread } from './hash-thread.ts';
import type { Hasher, Hashing } from './port.ts';

const WORKER = new URL('./hash-worker.ts', import.meta.url);

/**
 * Hashes on up to `threads` threads, which start when they are first needed. A hasher stays on the thread that had the
 * fewest when it began. When a thread ends by itself, its hashers reject and later ones get a new thread.
 */
export function startHashing(threads: number, worker: URL = WORKER): Hashing {
  let running: HashThread[] = [];
  let isClosed = false;

  function leastLoaded(): HashThread {
    running = running.filter((thread) => thread.isAlive);
    const idle = running.find((thread) => thread.load === 0);
    if (idle) return idle;
    if (running.length < threads) {
      const added = hashThread(worker);
      running.push(added);
      return added;
    }
    return running.reduce((least, thread) => (thread.load < least.load ? thread : least));
  }

  return {
    start(algorithm) {
      if (isClosed) throw new Error('hashing was closed');
      return hasherOn(leastLoaded(), algorithm);
    },
    async close() {
      isClosed = true;
      await Promise.all(running.map((thread) => thread.end()));
    },
  };
}

function hasherOn(thread: HashThread, algorithm: DigestAlgorithm): Hasher {
  const id = thread.open();
  let size = 0;
  let isOpen = true;
  thread.tell({ kind: 'start', id, algorithm });

  return {
    algorithm,
    get size() {
      return size;
    },
    async update(bytes) {
      if (!isOpen) throw new Error('the hasher has ended');
      size += bytes.length;
      if (bytes.buffer instanceof SharedArrayBuffer) {
        await thread.ask({ kind: 'update', id, bytes });
        return;
      }
      // Copied and handed over: sent as it is, the whole buffer that `bytes` is a part of would be cloned.
      const copy = new Uint8Array(bytes);
      await thread.ask({ kind: 'update', id, bytes: copy }, [copy.buffer]);
    },
    async digest() {
      if (!isOpen) throw new Error('the hasher has ended');
      isOpen = false;
      const { hex } = await thread.ask({ kind: 'digest', id }).finally(() => thread.close());
      if (hex === undefined) throw new Error('a hashing thread gave no digest');
      return digestOf(algorithm, hex);
    },
    dispose() {
      if (!isOpen) return;
      isOpen = false;
      thread.close();
      thread.tell({ kind: 'dispose', id });
    },
  };
}
