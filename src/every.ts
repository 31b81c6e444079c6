import type { Log } from './world.ts';

/**
 * Runs `work` every `intervalMs`, counted from the end of the last run. What it throws is logged under `name`, and the
 * next run comes all the same. The returned function stops it and resolves when a run that is under way is over.
 */
export function every(
  intervalMs: number,
  { name, log }: { readonly name: string; readonly log: Log },
  work: () => Promise<void>,
): () => Promise<void> {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer = plan();

  function plan(): NodeJS.Timeout {
    return setTimeout(() => {
      running = work()
        .catch((error: unknown) => log.error({ err: error, job: name }, 'background work failed'))
        .finally(() => {
          if (!isStopped) timer = plan();
        });
    }, intervalMs).unref();
  }

  return () => {
    isStopped = true;
    clearTimeout(timer);
    return running;
  };
}
