import type { JobRow } from '../storage/metadata/job-tables.ts';
import { claimJobs, dueJobs, failJob, finishJob, keepJob } from '../storage/metadata/jobs.ts';
import type { World } from '../world.ts';
import { Hopeless, type JobKind } from './job-kind.ts';

/** A job whose process died is done by another after this. */
const CLAIMED_MS = 30_000;
const AT_ONCE = 16;
const LONGEST_BACKOFF_MS = 10 * 60 * 1000;

/**
 * Does the jobs that are due, several at once, until none is. Any number of processes may: each job is one's at a time.
 * Answers how many were tried.
 */
export async function runJobs(
  world: World,
  kinds: ReadonlyMap<string, JobKind>,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  for (let tried = 0; ; ) {
    const now = world.clock.now();
    const ids = await world.metadata.readOne((tx) => dueJobs(tx, now, AT_ONCE));
    if (signal.aborted || ids.length === 0) return tried;
    const until = new Date(now.getTime() + CLAIMED_MS);
    // Of several processes that found the same jobs, each gets those that it takes first.
    const jobs = await world.metadata.write((tx) => claimJobs(tx, { ids, claim: world.ids.uuid(), now, until }));
    await Promise.all(jobs.map((job) => runJob(world, kinds.get(job.kind), job, signal)));
    tried += jobs.length;
  }
}

async function runJob(world: World, kind: JobKind | undefined, job: JobRow, ending: AbortSignal): Promise<void> {
  const { id, claim } = job;
  const lost = new AbortController();
  const renewal = setInterval(() => {
    const until = new Date(world.clock.now().getTime() + CLAIMED_MS);
    world.metadata
      .write((tx) => keepJob(tx, id, claim ?? '', until))
      .then((isHeld) => isHeld || lost.abort(new Error('Another process has taken the job over.')))
      .catch((error: unknown) => world.log.warn({ err: error, job: job.kind, id }, 'claim of a job was not renewed'));
  }, CLAIMED_MS / 3).unref();
  try {
    if (!kind) throw new Error(`This version of Berth knows no job of the kind ${job.kind}.`);
    const signal = AbortSignal.any([ending, lost.signal]);
    await kind.run(world, JSON.parse(job.payload), { jobId: id, attempt: job.attempts, signal });
    await world.metadata.write((tx) => finishJob(tx, job));
  } catch (error) {
    await giveBack(world, kind, job, error, ending.aborted);
  } finally {
    clearInterval(renewal);
  }
}

async function giveBack(
  world: World,
  kind: JobKind | undefined,
  job: JobRow,
  error: unknown,
  isEnding: boolean,
): Promise<void> {
  const isLast = error instanceof Hopeless || (kind !== undefined && job.attempts >= kind.attempts);
  const waits = isEnding ? 0 : (kind?.backoffMs?.(job.attempts) ?? usualBackoffMs(job.attempts));
  const retryAt = isLast && !isEnding ? undefined : new Date(world.clock.now().getTime() + waits);
  const message = error instanceof Error ? error.message : String(error);
  world.log.warn({ err: error, job: job.kind, id: job.id, attempt: job.attempts, retryAt }, 'job failed');
  await world.metadata
    .write((tx) => failJob(tx, job, { error: message, retryAt }))
    // Its claim runs out, and it is tried again then.
    .catch((failure: unknown) => world.log.warn({ err: failure, id: job.id }, 'failure of a job was not noted'));
}

function usualBackoffMs(attempt: number): number {
  return Math.min(1_000 * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
}
