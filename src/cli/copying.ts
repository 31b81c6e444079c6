import { performance } from 'node:perf_hooks';
import { CannotCopy } from '../housekeeping/cannot-copy.ts';
import type { OnProgress } from '../housekeeping/copy-progress.ts';
import { LeaseLost } from '../jobs/lease.ts';
import { StorageFull, StoreUnavailable } from '../storage/blobs/port.ts';
import { DatabaseUnavailable, ReadOnly } from '../storage/metadata/port.ts';
import { CommandFailed } from './exit-codes.ts';
import { progressBar } from './progress.ts';

/** What a long copy is given. */
export interface Copying {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** What it opens is closed at its end, however that comes. */
  readonly opened: AsyncDisposableStack;
}

/**
 * Runs a long copy with a progress bar, until SIGINT or SIGTERM; a second signal ends at once. `goOn` says, as a whole
 * sentence, what to do when it ends before its time.
 *
 * @throws CommandFailed when it did not come to its end
 */
export async function copying<T>(goOn: string, work: (how: Copying) => Promise<T>): Promise<T> {
  const opened = new AsyncDisposableStack();
  const interrupted = new AbortController();
  const bar = progressBar(process.stderr, () => performance.now());
  const onSignal = () => {
    if (interrupted.signal.aborted) process.exit(1);
    interrupted.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return await work({ signal: interrupted.signal, onProgress: bar.show, opened });
  } catch (error) {
    bar.end();
    if (interrupted.signal.aborted) throw new CommandFailed(`Interrupted. ${goOn}`);
    throw asFailure(error, goOn);
  } finally {
    bar.end();
    await opened.disposeAsync();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function asFailure(error: unknown, goOn: string): unknown {
  if (error instanceof CannotCopy) return new CommandFailed(error.message);
  if (error instanceof LeaseLost) {
    return new CommandFailed(`Another process began to collect garbage meanwhile, so nothing counts. ${goOn}`);
  }
  const isOutside = [StorageFull, StoreUnavailable, DatabaseUnavailable, ReadOnly].some((it) => error instanceof it);
  // What the system refused: a full disk, a folder of somebody else, a disk that cannot be read.
  const isRefused = error instanceof Error && 'syscall' in error;
  if (!(error instanceof Error) || !(isOutside || isRefused)) return error;
  return new CommandFailed(`${error.message.replace(/\.?$/, '.')} ${goOn}`);
}
