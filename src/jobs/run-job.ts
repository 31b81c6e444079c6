import { setTimeout as wait } from 'node:timers/promises';
import type { JobRow } from '../storage/metadata/job-tables.ts';
import { failJob, finishJob, keepJob, releaseJob } from '../storage/metadata/jobs.ts';
import { ReadOnly } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';
import { Hopeless, type JobKind, TryLater } from './job-kind.ts';

/** A job whose process died is done by another after this. */
export const CLAIMED_MS = 30_000;
const TIMEOUT_MS = 10 * 60 * 1000;
const LONGEST_BACKOFF_MS = 10 * 60 * 1000;
/** How long a job that was told to end is waited for. */
const GRACE_MS = 3_000;

/** Somebody else does the job now. */
class JobTaken extends Error {
  override readonly name = 'JobTaken';
}

/**
 * Does a job that this process has claimed, and says what became of it in its row. Never rejects: where the database does
 * not answer, the claim runs out, and the job is tried again.
 */
export async function runJob(world: World, kind: JobKind, job: JobRow, ending: AbortSignal): Promise<void> {
  const { id, attempts: attempt } = job;
  const log = world.log.child({ job: job.kind, id, attempt });
  if (attempt > kind.attempts) {
    // Whoever had it the last time ended without a word, and this process might too.
    await noteFailure(world, kind, job, new Hopeless('The process ended each time while it did this.'));
    return;
  }
  const lost = new AbortController();
  const keeping = setInterval(() => {
    const until = new Date(world.clock.now().getTime() + CLAIMED_MS);
    world.metadata
      .write((tx) => keepJob(tx, job, until))
      .then((isHeld) => isHeld || lost.abort(new JobTaken('Another process has taken the job over.')))
      .catch((error: unknown) => log.warn({ err: error }, 'claim of a job was not renewed'));
  }, CLAIMED_MS / 3).unref();
  try {
    await runKind(world, kind, job, AbortSignal.any([ending, lost.signal]));
  } catch (error) {
    if (error instanceof JobTaken) log.warn({}, 'job was taken over by another process');
    else if (isWithoutFault(error, ending)) await release(world, job);
    else if (error instanceof TryLater && !error.isFailure) await release(world, job, error.afterMs);
    else await noteFailure(world, kind, job, error);
  } finally {
    clearInterval(keeping);
  }
}

/** @throws whatever it does, and when it does not end within its time */
async function runKind(world: World, kind: JobKind, job: JobRow, ending: AbortSignal): Promise<void> {
  const timeout = new AbortController();
  const timeoutMs = kind.timeoutMs ?? TIMEOUT_MS;
  const timer = setTimeout(() => timeout.abort(new Error(`It did not end within ${timeoutMs} ms.`)), timeoutMs).unref();
  const signal = AbortSignal.any([ending, timeout.signal]);
  const over = new AbortController();
  let isFinished = false;
  const finish = async (tx: Parameters<typeof finishJob>[0]) => {
    if (!(await finishJob(tx, job))) throw new JobTaken('Another process has taken the job over.');
    isFinished = true;
  };
  try {
    const run = kind.run(world, JSON.parse(job.payload), { jobId: job.id, attempt: job.attempts, signal, finish });
    await Promise.race([run, lastCall(signal, over.signal)]);
    if (!isFinished) await world.metadata.write(finish);
  } finally {
    over.abort();
    clearTimeout(timer);
  }
}

/** Rejects some time after `signal` was aborted; resolves only once all is `over`. */
async function lastCall(signal: AbortSignal, over: AbortSignal): Promise<void> {
  const told = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => told.resolve(), { signal: over, once: true });
  if (signal.aborted) told.resolve();
  over.addEventListener('abort', () => told.resolve(), { once: true });
  await told.promise;
  await wait(GRACE_MS, undefined, { signal: over, ref: false }).catch(() => undefined);
  if (!over.aborted) throw signal.reason;
}

/** The process ends, or takes no changes now: that says nothing about the job. */
function isWithoutFault(error: unknown, ending: AbortSignal): boolean {
  return error instanceof ReadOnly || (ending.aborted && !(error instanceof Hopeless));
}

async function release(world: World, job: JobRow, afterMs = 0): Promise<void> {
  const until = afterMs > 0 ? new Date(world.clock.now().getTime() + afterMs) : undefined;
  await world.metadata
    .write((tx) => releaseJob(tx, job, until))
    .catch((error: unknown) => world.log.warn({ err: error, id: job.id }, 'job was not given back'));
}

async function noteFailure(world: World, kind: JobKind, job: JobRow, error: unknown): Promise<void> {
  const { id, attempts: attempt } = job;
  const isLast = error instanceof Hopeless || attempt >= kind.attempts;
  const usual = kind.backoffMs?.(attempt) ?? usualBackoffMs(attempt);
  const retryAt = new Date(world.clock.now().getTime() + (error instanceof TryLater ? error.afterMs : usual));
  const fields = { err: error, job: job.kind, id, attempt };
  if (isLast) world.log.error(fields, 'job failed for good');
  else world.log.warn({ ...fields, retryAt }, 'job failed');
  const text = error instanceof Error ? error.message : String(error);
  await world.metadata
    .write((tx) => failJob(tx, job, { error: text, retryAt, isLast }))
    .catch((failure: unknown) => world.log.warn({ err: failure, id }, 'failure of a job was not noted'));
}

function usualBackoffMs(attempt: number): number {
  return Math.min(1_000 * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
}
