import type { JobRow } from '../storage/metadata/job-tables.ts';
import { dropJob, findJob, listJobs, retryJobs } from '../storage/metadata/jobs.ts';
import type { World } from '../world.ts';

type Looking = Pick<World, 'metadata' | 'clock'>;

/** `running`: a process is at it. `dead`: it failed for good, and waits for somebody to look. */
export const JOB_STATES = ['waiting', 'running', 'dead'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job as people see it. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly account: string;
  readonly region: string;
  /** How often it was tried. */
  readonly attempts: number;
  readonly dueAt: Date;
  readonly createdAt: Date;
  /** Why the last try failed. */
  readonly lastError: string | undefined;
  /** What it is to do. */
  readonly payload: unknown;
}

export interface JobsAsked {
  readonly state?: JobState | undefined;
  readonly kind?: string | undefined;
  readonly limit: number;
}

/** Jobs that are still to be done, or failed for good: oldest first. */
export async function lookUpJobs({ metadata, clock }: Looking, { state, kind, limit }: JobsAsked): Promise<Job[]> {
  const now = clock.now();
  const rows = await metadata.read((tx) => listJobs(tx, { state, kind, limit, now }));
  return rows.map((row) => jobOf(row, now));
}

export async function lookUpJob({ metadata, clock }: Looking, id: string): Promise<Job | undefined> {
  const row = await metadata.read((tx) => findJob(tx, id));
  return row && jobOf(row, clock.now());
}

/** Has jobs tried at once, from their first attempt; answers the ids of those that were there and not running. */
export function tryJobsAgain({ metadata, clock }: Looking, which: readonly string[] | 'dead'): Promise<string[]> {
  return metadata.write((tx) => retryJobs(tx, which, clock.now()), { isBulk: true });
}

/** Removes a job, whatever it was to do. False when there is none, or a process is at it. */
export function giveJobUp({ metadata, clock }: Looking, id: string): Promise<boolean> {
  return metadata.write((tx) => dropJob(tx, id, clock.now()));
}

function jobOf(row: JobRow, now: Date): Job {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state === 'waiting' && Number(row.claimed_until) >= now.getTime() ? 'running' : row.state,
    account: row.account,
    region: row.region,
    attempts: row.attempts,
    dueAt: new Date(Number(row.due_at)),
    createdAt: new Date(Number(row.created_at)),
    lastError: row.last_error ?? undefined,
    payload: JSON.parse(row.payload),
  };
}
