import { setTimeout as delay } from 'node:timers/promises';
import { type Lease, leased, TAKEN } from '../jobs/lease.ts';
import type { World } from '../world.ts';
import { COLLECTION_LEASE } from './keep-house.ts';

const TRY_AGAIN_MS = 500;

/**
 * Runs `work` while nothing is collected, so that bytes that a row names stay where they are. A collection that runs
 * already is waited for: `onWaiting` is called once then.
 *
 * @throws LeaseLost when another process took over meanwhile
 */
export async function withoutCollection<T>(
  world: Pick<World, 'metadata' | 'clock' | 'ids' | 'log'>,
  { signal, onWaiting }: { readonly signal?: AbortSignal; readonly onWaiting?: () => void },
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  // A lease is no part of what an installation that takes no changes keeps as it is.
  const metadata: World['metadata'] = {
    ...world.metadata,
    write: (change) => world.metadata.write(change, { evenIfReadOnly: true }),
  };
  const lease = { name: COLLECTION_LEASE, ...(signal && { signal }) };
  for (let isFirst = true; ; isFirst = false) {
    signal?.throwIfAborted();
    const result = await leased({ ...world, metadata }, lease, work);
    if (result !== TAKEN) return result;
    if (isFirst) onWaiting?.();
    await delay(TRY_AGAIN_MS, undefined, signal && { signal });
  }
}
