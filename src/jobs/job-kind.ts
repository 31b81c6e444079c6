import type { Writing } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';

/** A kind of durable work. Its jobs are rows; they are added with `storage/metadata/jobs.ts`. */
export interface JobKind {
  readonly name: string;
  /** So often a job is tried before it is dead. */
  readonly attempts: number;
  /** How long a job waits before it is tried for the nth time again; doubling from a second to ten minutes when not said. */
  backoffMs?(attempt: number): number;
  /** So many of the kind are done at once by one process; 4 when not said. */
  readonly atOnce?: number;
  /** After this a try counts as failed; ten minutes when not said. */
  readonly timeoutMs?: number;
  /**
   * Does it. What it throws has it tried again. It may be done twice, when a process dies at the end of it: so it must be
   * harmless the second time, or `run.finish` in the transaction of its work. `signal` is aborted when the process ends,
   * somebody else has taken the job over, or it took too long; a few seconds later its end is not waited for any more.
   */
  run(world: World, payload: unknown, run: JobRun): Promise<void>;
}

export interface JobRun {
  /** The id of the job: the same for each try, so that whoever is told can see that he was told before. */
  readonly jobId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /**
   * Makes the job done in the transaction that does its work, so that both happen once. Belongs at the end of `run`,
   * which writes nothing afterwards.
   *
   * @throws when another process has taken the job over
   */
  finish(tx: Writing): Promise<void>;
}

/** Thrown by a job that no further try can help: it is dead at once, with this reason. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

/** Thrown by a job that knows when another try makes sense. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
  readonly afterMs: number;
  /** False when it has not been tried at all, but gave way to others: that is neither counted nor logged. */
  readonly isFailure: boolean;

  constructor(
    message: string,
    { afterMs, isFailure = true }: { readonly afterMs: number; readonly isFailure?: boolean },
  ) {
    super(message);
    this.afterMs = afterMs;
    this.isFailure = isFailure;
  }
}
