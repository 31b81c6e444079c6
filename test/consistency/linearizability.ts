import type { History, Operation } from './history.ts';

/** What one client after the other would see of an object. Pure. */
export interface SequentialModel<State, Op, Result> {
  readonly initial: State;
  /** What the object is after `op`; `impossible` where it could not have given `result`. No result: whichever. */
  step(state: State, op: Op, result: { readonly is: Result } | undefined): State | typeof impossible;
  /** Equal for states that are the same. */
  key(state: State): string;
  /** Whether it can make a difference to those in `others`, whatever became of them, that `op` happened; not said: it can. */
  matters?(op: Op, others: History<Op, Result>): boolean;
}

export const impossible = Symbol('impossible');

export type Verdict = 'linearizable' | 'not linearizable' | 'undecided';

/** Far more than histories of a well-behaved object need: they take about as many steps as operations. */
const MOST_STEPS = 200_000;

/**
 * Whether there is an order of the operations in which each takes effect at one moment between its call and its answer,
 * and that the model allows. Those with unknown outcome may take effect at any moment after their call, or never.
 *
 * The search of Wing and Gong, which never looks twice at the same operations done with the same state (Lowe, "Testing
 * for linearizability", 2017). Explanations that need fewer operations of unknown outcome are tried first, so that what
 * needs more for the same is passed over.
 */
export function linearizability<State, Op, Result>(
  model: SequentialModel<State, Op, Result>,
  history: History<Op, Result>,
  mostSteps = MOST_STEPS,
): Verdict {
  const steps = history.filter((it) => it.outcome.kind !== 'fail').sort((a, b) => a.invokedAt - b.invokedAt);
  const known = steps.filter((it) => it.outcome.kind === 'ok');
  const unknown = steps.filter((it) => it.outcome.kind === 'unknown' && (model.matters?.(it.op, steps) ?? true));
  /** By how many operations of unknown outcome have happened. */
  const open: Point<State>[][] = [[{ done: { first: 0, later: 0n }, happened: 0n, state: model.initial }]];
  const isNew = newness(model);

  let taken = 0;
  for (let assumed = 0; assumed <= unknown.length; assumed++) {
    for (let point = open[assumed]?.pop(); point !== undefined; point = open[assumed]?.pop()) {
      if (point.done.first === known.length) return 'linearizable';
      if (++taken > mostSteps) return 'undecided';
      const { certain, assuming } = nextPoints(model, point, known, unknown);
      open[assumed]?.push(...certain.filter(isNew));
      open[assumed + 1] ??= [];
      open[assumed + 1]?.push(...assuming.filter(isNew));
    }
  }
  return 'not linearizable';
}

/** A set of operations that have taken effect, and what the object is then. */
interface Point<State> {
  readonly done: Done;
  /** A bit for each operation of unknown outcome. */
  readonly happened: bigint;
  readonly state: State;
}

/** Known operations by their index: all before `first`, and those with a bit in `later`, counted from `first`. */
interface Done {
  readonly first: number;
  readonly later: bigint;
}

function add({ first, later }: Done, index: number): Done {
  let bits = later | (1n << BigInt(index - first));
  let start = first;
  for (; (bits & 1n) === 1n; bits >>= 1n) start += 1;
  return { first: start, later: bits };
}

/** Tells whether no point was seen yet that had done as much, was in the same state, and assumed no more. */
function newness<State>({ key }: Pick<SequentialModel<State, unknown, unknown>, 'key'>) {
  const seen = new Map<string, bigint[]>();
  return ({ done, happened, state }: Point<State>): boolean => {
    const name = `${done.first} ${done.later} ${key(state)}`;
    const before = seen.get(name);
    if (before === undefined) seen.set(name, [happened]);
    else if (before.some((less) => (less & happened) === less)) return false;
    else before.push(happened);
    return true;
  };
}

/** Every operation that may be the next: none that is still to come was answered before it was called. */
function nextPoints<State, Op, Result>(
  model: SequentialModel<State, Op, Result>,
  { done, happened, state }: Point<State>,
  known: readonly Operation<Op, Result>[],
  unknown: readonly Operation<Op, Result>[],
): { certain: Point<State>[]; assuming: Point<State>[] } {
  let firstAnswer = Number.POSITIVE_INFINITY;
  const candidates: number[] = [];
  for (let index = done.first; index < known.length; index++) {
    const it = known[index];
    if (it === undefined || it.invokedAt > firstAnswer) break;
    if ((done.later >> BigInt(index - done.first)) & 1n) continue;
    candidates.push(index);
    firstAnswer = Math.min(firstAnswer, it.returnedAt);
  }

  const certain: Point<State>[] = [];
  for (const index of candidates.reverse()) {
    const it = known[index];
    if (it?.outcome.kind !== 'ok') continue;
    const after = model.step(state, it.op, { is: it.outcome.result });
    if (after !== impossible) certain.push({ done: add(done, index), happened, state: after });
  }

  const assuming: Point<State>[] = [];
  const tried = new Set<string>();
  for (const [index, it] of unknown.entries()) {
    const bit = 1n << BigInt(index);
    if (it.invokedAt > firstAnswer) break;
    if (happened & bit) continue;
    // Of those that do the same, the one that was called first may happen wherever the others may.
    const what = JSON.stringify(it.op);
    if (tried.has(what)) continue;
    tried.add(what);
    const after = model.step(state, it.op, undefined);
    // What changes nothing need not have happened.
    if (after === impossible || model.key(after) === model.key(state)) continue;
    assuming.push({ done, happened: happened | bit, state: after });
  }
  return { certain, assuming };
}
