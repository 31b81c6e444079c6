import type { World } from '../world.ts';

/** A kind of durable work. Its jobs are rows; they are added with `storage/metadata/jobs.ts`. */
export interface JobKind {
  readonly name: string;
  /** So often a job is tried before it is dead. */
  readonly attempts: number;
  /** How long a job waits before it is tried for the nth time again; doubling from a second to ten minutes when not said. */
  backoffMs?(attempt: number): number;
  /**
   * Does it. What it throws has it tried again. It may be done twice, when a process dies at the end of it: so it must be
   * harmless the second time. `signal` is aborted when the process ends, or somebody else has taken the job over.
   */
  run(world: World, payload: unknown, run: JobRun): Promise<void>;
}

export interface JobRun {
  /** The id of the job: the same for each try, so that whoever is told can see that he was told before. */
  readonly jobId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** Thrown by a job that no further try can help: it is dead at once, with this reason. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}
