import { claimJobs, dueJobs } from '../storage/metadata/jobs.ts';
import type { World } from '../world.ts';
import type { JobKind } from './job-kind.ts';
import { CLAIMED_MS, runJob } from './run-job.ts';

const AT_ONCE = 4;

/** The jobs that one process does at once: of each kind no more than it says, so that a slow one holds up its kind alone. */
export interface JobPool {
  /** Begins the jobs that are due, as far as there is room; answers how many. They go on when this resolves. */
  fill(): Promise<number>;
  /** Resolves when none of those that were begun is running any more. */
  idle(): Promise<void>;
}

export interface PoolOptions {
  /** Tells all jobs to end; none is begun afterwards. */
  readonly signal?: AbortSignal;
  /** Called when there is room again. */
  readonly onRoom?: () => void;
}

/**
 * Any number of processes may have a pool over the same jobs: each job is one's at a time. Those of other kinds than
 * `kinds`, which a newer version has added, are left to it.
 */
export function jobPool(
  world: World,
  kinds: ReadonlyMap<string, JobKind>,
  { signal = new AbortController().signal, onRoom }: PoolOptions = {},
): JobPool {
  const running = new Map<string, Set<Promise<void>>>(Array.from(kinds.keys(), (name) => [name, new Set()]));

  function rooms(): { kind: string; places: number }[] {
    return Array.from(kinds.values(), ({ name, atOnce = AT_ONCE }) => ({
      kind: name,
      places: atOnce - (running.get(name)?.size ?? 0),
    })).filter((it) => it.places > 0);
  }

  return {
    async fill() {
      if (signal.aborted) return 0;
      const now = world.clock.now();
      const ids = await world.metadata.readOne((tx) => dueJobs(tx, now, rooms()));
      if (ids.length === 0) return 0;
      const until = new Date(now.getTime() + CLAIMED_MS);
      // Of several processes that found the same jobs, each gets those that it takes first.
      const jobs = await world.metadata.write((tx) => claimJobs(tx, { ids, claim: world.ids.uuid(), now, until }));
      for (const job of jobs) {
        const kind = kinds.get(job.kind);
        const ofKind = running.get(job.kind);
        if (!kind || !ofKind) continue;
        const run = runJob(world, kind, job, signal).finally(() => {
          ofKind.delete(run);
          onRoom?.();
        });
        ofKind.add(run);
      }
      return jobs.length;
    },
    async idle() {
      const all = () => [...running.values()].flatMap((it) => [...it]);
      while (all().length > 0) await Promise.all(all());
    },
  };
}
