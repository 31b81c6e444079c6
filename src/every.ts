import type { Log } from './world.ts';

export interface Repeating {
  readonly name: string;
  readonly log: Log;
  readonly intervalMs: number;
  /** Before the first run; the interval where nothing else is said. */
  readonly firstMs?: number;
}

/**
 * Runs `work` again and again, with the interval counted from the end of the last run. What it throws is logged, and
 * the next run comes all the same. The returned function tells a run that is under way to end, by its signal, and
 * resolves when it has.
 */
export function every(
  { name, log, intervalMs, firstMs = intervalMs }: Repeating,
  work: (signal: AbortSignal) => Promise<void>,
): () => Promise<void> {
  const end = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let timer = plan(firstMs);

  function plan(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      running = work(end.signal)
        .catch((error: unknown) => log.error({ err: error, job: name }, 'background work failed'))
        .finally(() => {
          if (!end.signal.aborted) timer = plan(intervalMs);
        });
    }, ms).unref();
  }

  return () => {
    end.abort();
    clearTimeout(timer);
    return running;
  };
}
