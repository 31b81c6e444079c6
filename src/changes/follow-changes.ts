import type { JobKind } from '../jobs/job-kind.ts';
import { jobPool } from '../jobs/job-pool.ts';
import { LeaseLost } from '../jobs/lease.ts';
import { ReadOnly } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';
import type { ChangeConsumer } from './consumer.ts';
import { dispatchChanges } from './dispatch-changes.ts';

/** So often is looked for what became due by time, or was left by another process. */
const LOOKED_EVERY_MS = 1_000;
/** Changes are gathered for so long: each look that finds some costs a few commits. */
const GATHERED_MS = 200;

/** What goes on behind the requests. */
export interface Following {
  /** Says that this process has written something: it looks at once. */
  nudge(): void;
  /** Tells what runs to end, and resolves when it has. */
  end(): Promise<void>;
}

export interface Followers {
  readonly consumers: readonly ChangeConsumer[];
  readonly kinds: ReadonlyMap<string, JobKind>;
}

/** Does what follows from changes, for as long as the process lives: consumers first, then the jobs that they added. */
export function followChanges(world: World, { consumers, kinds }: Followers): Following {
  const end = new AbortController();
  const { signal } = end;
  const pool = jobPool(world, kinds, { signal, onRoom: nudge });
  let isNudged = false;
  let wakeIn: (ms: number) => void = () => undefined;

  function nudge(): void {
    if (isNudged) return;
    isNudged = true;
    wakeIn(GATHERED_MS);
  }

  /** Whether there was anything to do, and so may be more. */
  async function look(work: () => Promise<number>, message: string): Promise<boolean> {
    try {
      return (await work()) > 0;
    } catch (error) {
      // What is read-only stays as it is; who took a lease over goes on.
      if (error instanceof ReadOnly || error instanceof LeaseLost || signal.aborted) return false;
      world.log.error({ err: error }, message);
      return false;
    }
  }

  /** Waits for the next look: the whole time, or a moment after a nudge. */
  async function pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let timer: NodeJS.Timeout;
    wakeIn = (ms) => {
      clearTimeout(timer);
      // At the end at once: a timer that holds nobody up may be the last thing that a process waits for.
      if (ms === 0) resolve();
      else timer = setTimeout(resolve, ms).unref();
    };
    wakeIn(isNudged ? GATHERED_MS : LOOKED_EVERY_MS);
    await promise;
    wakeIn = () => undefined;
  }

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      isNudged = false;
      const changed = await look(() => dispatchChanges(world, consumers, signal), 'changes were not dispatched');
      const begun = await look(() => pool.fill(), 'jobs were not begun');
      if (!changed && !begun && !signal.aborted) await pause();
    }
    await pool.idle();
  }

  const following = follow();
  return {
    nudge,
    async end() {
      end.abort();
      wakeIn(0);
      await following;
    },
  };
}
