/** One operation on one object, as the client that called it saw it. Times are of one clock, in milliseconds. */
export interface Operation<Op, Result> {
  /** Who called: a client has one operation at a time. */
  readonly process: string;
  readonly op: Op;
  readonly invokedAt: number;
  /** When the answer came. An operation whose outcome is not known may still happen after that. */
  readonly returnedAt: number;
  readonly outcome: Outcome<Result>;
}

/**
 * `ok`: it happened between the call and the answer, and gave `result`. `fail`: it did not happen and never will.
 * `unknown`: it may have happened, may happen at any later time, or never.
 */
export type Outcome<Result> =
  | { readonly kind: 'ok'; readonly result: Result }
  | { readonly kind: 'fail' }
  | { readonly kind: 'unknown' };

export type History<Op, Result> = readonly Operation<Op, Result>[];

/** Histories of many objects of one sort, which grow while clients work. */
export interface Histories<Op, Result> {
  readonly of: ReadonlyMap<string, History<Op, Result>>;
  /** Calls and notes what came of it; an error counts as `unknown`, and is for the caller to look at. */
  record(object: string, process: string, op: Op, call: () => Promise<Outcome<Result>>): Promise<Outcome<Result>>;
}

export function histories<Op, Result>(now: () => number = () => performance.now()): Histories<Op, Result> {
  const of = new Map<string, Operation<Op, Result>[]>();
  return {
    of,
    async record(object, process, op, call) {
      const invokedAt = now();
      const note = (outcome: Outcome<Result>) => {
        const history = of.get(object) ?? [];
        of.set(object, history);
        history.push({ process, op, invokedAt, returnedAt: now(), outcome });
        return outcome;
      };
      try {
        return note(await call());
      } catch (error) {
        note({ kind: 'unknown' });
        throw error;
      }
    },
  };
}
