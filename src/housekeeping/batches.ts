import type { Lease } from '../jobs/lease.ts';
import type { Metadata, Writing } from '../storage/metadata/port.ts';
import { BesideRequests } from './rest.ts';

/** How housekeeping goes about its work. */
export interface Pace {
  /** Held in every transaction, so that nothing commits for a process that stood still while another took over. */
  readonly lease?: Lease;
  /** Ends the work after the batch that is under way. */
  readonly signal?: AbortSignal;
  readonly limits?: Partial<BatchLimits>;
  /** How long it rests beside requests that never cease, as a part of what it worked; `BesideRequests` has the usual. */
  readonly patience?: number;
}

export interface BatchLimits {
  /** Rows of one transaction: others wait for no more than that. */
  readonly batch: number;
  /** Objects whose bytes are removed in one go: what stores take in one request costs hardly more than one object. */
  readonly removals: number;
}

const USUAL: BatchLimits = { batch: 200, removals: 1_000 };

/**
 * Runs `work` on one batch after the other until it has looked at less than a whole one, and lets others have their turn
 * in between. Answers whether the end was reached, rather than the signal.
 */
export async function inBatches(
  { signal, limits, patience }: Pace,
  work: (size: number) => Promise<number>,
  unit: keyof BatchLimits = 'batch',
): Promise<boolean> {
  const size = { ...USUAL, ...limits }[unit];
  const beside = new BesideRequests(patience);
  while (!signal?.aborted) {
    const startedAt = performance.now();
    if ((await work(size)) < size) return true;
    await beside.rest(performance.now() - startedAt, signal);
  }
  return false;
}

/** One transaction of the work. */
export function writeBatch<T>(metadata: Metadata, { lease }: Pace, work: (tx: Writing) => Promise<T>): Promise<T> {
  return metadata.write(
    async (tx) => {
      await lease?.hold(tx);
      return work(tx);
    },
    { isBulk: true },
  );
}
