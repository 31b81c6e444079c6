import { BesideRequests } from '../housekeeping/rest.ts';
import { type Lease, leased, TAKEN } from '../jobs/lease.ts';
import { hasChanges, noteFailedChange, oldestChanges, removeChanges } from '../storage/metadata/changes.ts';
import type { World } from '../world.ts';
import type { ChangeConsumer } from './consumer.ts';
import { addFailedChange } from './failed-changes.ts';

const AT_ONCE = 200;
/** So often a change is offered to a consumer that fails on it, before it is set aside for that one. */
const OFFERED = 5;
const LEASE = 'dispatch-changes';

type Dispatching = Pick<World, 'metadata' | 'clock' | 'ids' | 'log' | 'rules'>;

/**
 * Offers the changes in the outbox to all consumers, in order, until none is left or another process is at it. Answers
 * how many were taken into account. A consumer that fails holds up the others for a few tries; then the change is a
 * dead job of that consumer, and all go on.
 *
 * @throws what a consumer did, as long as its change is to be offered again
 */
export async function dispatchChanges(
  world: Dispatching,
  consumers: readonly ChangeConsumer[],
  signal?: AbortSignal,
): Promise<number> {
  if (!(await world.metadata.readOne(hasChanges))) return 0;
  const count = await leased(world, { name: LEASE, ...(signal && { signal }) }, (lease) =>
    offerAll({ world, consumers, lease }),
  );
  return count === TAKEN ? 0 : count;
}

interface Offering {
  readonly world: Dispatching;
  readonly consumers: readonly ChangeConsumer[];
  readonly lease: Lease;
}

async function offerAll(offering: Offering): Promise<number> {
  const { world, lease } = offering;
  let done = 0;
  const beside = new BesideRequests();
  for (let limit = AT_ONCE; ; ) {
    lease.signal.throwIfAborted();
    const startedAt = performance.now();
    try {
      const some = limit === 1 ? await offerOne(offering) : await offer(offering, limit);
      if (some === 0) return done;
      done += some;
      // Behind a whole batch there is mostly another: a backlog can wait, what was just done is told of at once.
      if (some === limit) await beside.rest(performance.now() - startedAt, lease.signal);
      limit = Math.min(2 * limit, AT_ONCE);
    } catch (error) {
      if (!(error instanceof ConsumerFailed)) throw error;
      if (limit === 1) throw error.cause;
      world.log.warn({ err: error.cause, consumer: error.consumer }, 'changes were not taken into account at once');
      // Halves until the change that it fails on stands alone; those before it are done on the way.
      limit = Math.floor(limit / 2);
    }
  }
}

class ConsumerFailed extends Error {
  override readonly name = 'ConsumerFailed';
  readonly consumer: string;

  constructor(consumer: string, cause: unknown) {
    super(`The consumer ${consumer} failed on a change.`, { cause });
    this.consumer = consumer;
  }
}

/**
 * Offers up to `limit` changes in one transaction; those who are `failing` get theirs as dead jobs.
 *
 * @throws ConsumerFailed, and what the database does
 */
async function offer(
  { world, consumers, lease }: Offering,
  limit: number,
  failing: ReadonlyMap<string, unknown> = new Map(),
): Promise<number> {
  let failed: ConsumerFailed | undefined;
  const offering = world.metadata.write(async (tx) => {
    failed = undefined;
    await lease.hold(tx);
    const waiting = await oldestChanges(tx, limit);
    const last = waiting.at(-1);
    if (last === undefined) return 0;
    const changes = waiting.map((it) => it.change);
    for (const consumer of consumers) {
      const { name } = consumer;
      if (failing.has(name)) {
        for (const change of changes)
          await addFailedChange(world, tx, { consumer: name, change, error: failing.get(name) });
        continue;
      }
      await consumer.consume(tx, changes, world).catch((error: unknown) => {
        failed = new ConsumerFailed(name, error);
        // As it is: the database must see whether it was a conflict, and the transaction has to run again.
        throw error;
      });
    }
    await removeChanges(tx, last.seq);
    return changes.length;
  });
  return offering.catch((error: unknown) => {
    throw failed?.cause === error ? failed : error;
  });
}

/** Offers the oldest change alone, and sets it aside for those who have failed on it often enough. */
async function offerOne(offering: Offering): Promise<number> {
  const failing = new Map<string, unknown>();
  for (;;) {
    try {
      return await offer(offering, 1, failing);
    } catch (error) {
      if (!(error instanceof ConsumerFailed)) throw error;
      const attempts = await offering.world.metadata.write(async (tx) => {
        await offering.lease.hold(tx);
        const [oldest] = await oldestChanges(tx, 1);
        if (oldest) await noteFailedChange(tx, oldest.seq);
        return (oldest?.attempts ?? 0) + 1;
      });
      if (attempts < OFFERED) throw error;
      failing.set(error.consumer, error.cause);
    }
  }
}
