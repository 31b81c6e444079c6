import { setTimeout as wait } from 'node:timers/promises';
import { jobPool } from '../jobs/job-pool.ts';
import { hasChanges } from '../storage/metadata/changes.ts';
import { dueJobs, hasRunningJobs } from '../storage/metadata/jobs.ts';
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
  const ofEach = Array.from(kinds.keys(), (kind) => ({ kind, places: 1 }));
  for (;;) {
    const done = (await dispatchChanges(world, consumers)) + (await pool.fill());
    await pool.idle();
    if (done > 0) continue;
    // Somebody else may be at them, and have left jobs since that nobody has begun.
    const isOver = await world.metadata.read(async (tx) => {
      const now = world.clock.now();
      if (await hasChanges(tx)) return false;
      return !(await hasRunningJobs(tx, now)) && (await dueJobs(tx, now, ofEach)).length === 0;
    });
    if (isOver) return;
    await wait(PAUSE_MS);
  }
}
