import { endLease, renewLease, takeLease } from '../storage/metadata/leases.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';

/** How long a lease holds without being renewed: when a process dies, another goes on with its work after this. */
export const LEASE_TTL_MS = 30_000;

/** Held by one process at a time for one kind of work. */
export interface Lease {
  /** Aborted when the lease is lost, or when the caller's own signal is. */
  readonly signal: AbortSignal;
  /**
   * Belongs at the beginning of every transaction of the work: it commits only while the lease is held, however long the
   * process stood still before.
   *
   * @throws LeaseLost
   */
  hold(tx: Writing): Promise<void>;
}

/** Somebody else does the work now. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** What `leased` answers when another process holds the lease. */
export const TAKEN = Symbol('taken');

type Leasing = Pick<World, 'metadata' | 'clock' | 'ids' | 'log'>;

/**
 * Runs `work` unless another process runs the work of this `name`; then it answers `TAKEN` at once. Each takeover raises
 * the lease's fence, so that nothing commits for whoever had it before.
 */
export async function leased<T>(
  world: Leasing,
  {
    name,
    signal,
    ttlMs = LEASE_TTL_MS,
  }: { readonly name: string; readonly signal?: AbortSignal; readonly ttlMs?: number },
  work: (lease: Lease) => Promise<T>,
): Promise<T | typeof TAKEN> {
  const holder = world.ids.uuid();
  const until = () => new Date(world.clock.now().getTime() + ttlMs);
  const fence = await world.metadata.write((tx) =>
    takeLease(tx, { name, holder, now: world.clock.now(), until: until() }),
  );
  if (fence === undefined) return TAKEN;

  const lost = new AbortController();
  const renewal = setInterval(() => {
    world.metadata
      .write((tx) => renewLease(tx, name, fence, until()))
      .then((isHeld) => isHeld || lost.abort(new LeaseLost(name)))
      // It may still be held, and the next transaction of the work will tell.
      .catch((error: unknown) => world.log.warn({ err: error, lease: name }, 'lease was not renewed'));
  }, ttlMs / 3).unref();
  try {
    return await work({
      signal: signal === undefined ? lost.signal : AbortSignal.any([signal, lost.signal]),
      async hold(tx) {
        if (!(await renewLease(tx, name, fence, until()))) throw new LeaseLost(name);
      },
    });
  } finally {
    clearInterval(renewal);
    await world.metadata
      .write((tx) => endLease(tx, name, fence))
      .catch((error: unknown) => {
        world.log.warn({ err: error, lease: name }, 'lease was not given back');
      });
  }
}
