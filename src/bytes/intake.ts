import type { Readable } from 'node:stream';
import { IntakePump } from './intake-pump.ts';
import type { Hasher } from './port.ts';
import { PROCESS_SLABS, type SlabPool } from './slab-pool.ts';

export interface IntakeOptions {
  /** Is fed all bytes, in order, while they are being written. */
  readonly hasher?: Hasher | undefined;
  /** The most bytes that are taken; one more, and the iteration throws `TooLong`. */
  readonly limit?: number | undefined;
  /** The intake is cut short when no byte came for so long while there was room for some. */
  readonly idleTimeoutMs?: number | undefined;
  readonly pool?: SlabPool | undefined;
}

/** The bytes of a body on their way in. What it says of them is final once the iteration has ended. */
export interface Intake extends AsyncIterable<Uint8Array> {
  /** Bytes that arrived so far. */
  readonly received: number;
  /** The sender went away or fell silent before the body's end. All that arrived was given out all the same. */
  readonly cutShort: boolean;
  /** There were more than `limit` bytes. */
  readonly tooLong: boolean;
}

/**
 * Takes `source` in: copies it into shared slabs, gives each to the hasher and to whoever iterates, and goes on reading
 * while they work. A chunk is valid until the next one is asked for. The iteration can be done once; it ends when the
 * hasher has seen everything, and normally even when the sender goes away, so that what was sent can be kept for a
 * resume. It throws `TooLong`, what the hasher rejects with, and errors of the source that are no abort; the hasher is
 * then ahead of what was iterated and of no more use. `source` is left paused, never destroyed.
 */
export function intake(source: Readable, options: IntakeOptions = {}): Intake {
  const pump = new IntakePump(source, {
    hasher: options.hasher,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
    idleTimeoutMs: options.idleTimeoutMs,
    pool: options.pool ?? PROCESS_SLABS,
  });
  return {
    get received() {
      return pump.received;
    },
    get cutShort() {
      return pump.ending === 'cut-short';
    },
    get tooLong() {
      return pump.ending === 'too-long';
    },
    [Symbol.asyncIterator]: () => chunks(pump),
  };
}

async function* chunks(pump: IntakePump): AsyncGenerator<Uint8Array> {
  pump.start();
  try {
    for (let filled = await pump.next(); filled; filled = await pump.next()) {
      yield filled.bytes;
      pump.consumed(filled);
    }
  } finally {
    pump.stop();
  }
}
