import { setTimeout as wait } from 'node:timers/promises';
import { jobPool } from '../jobs/job-pool.ts';
import { waitingChanges } from '../storage/metadata/changes.ts';
import { hasRunningJobs } from '../storage/metadata/jobs.ts';
import type { World } from '../world.ts';
import { dispatchChanges } from './dispatch-changes.ts';
import type { Followers } from './follow-changes.ts';

const PAUSE_MS = 10;

/**
 * Does all that follows from what was changed until now and is due, and waits for what other processes are doing of it.
 *
 * @throws what a consumer did
 */
export async function settleChanges(world: World, { consumers, kinds }: Followers): Promise<void> {
  const pool = jobPool(world, kinds);
  for (;;) {
    const done = (await dispatchChanges(world, consumers)) + (await pool.fill());
    await pool.idle();
    if (done > 0) continue;
    // Somebody else is at them, or a transaction that is open could come before them.
    const isOver = await world.metadata.read(
      async (tx) => (await waitingChanges(tx)).count === 0 && !(await hasRunningJobs(tx, world.clock.now())),
    );
    if (isOver) return;
    await wait(PAUSE_MS);
  }
}
