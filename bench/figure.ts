import { type Spread, spreadOf } from './spread.ts';

/** One line of the report. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly berth: Spread;
  /** Undefined where there is nothing to compare with, or the peer is missing. */
  readonly peer: Spread | undefined;
  /** Median of Berth through median of the peer. */
  readonly ratio: number | undefined;
  /** In words; undefined where the figure is for information. */
  readonly target: string | undefined;
  /** Undefined where there is no target, or no peer to hold Berth against. */
  readonly isReached: boolean | undefined;
}

export interface Measured {
  readonly berth: readonly number[];
  readonly peer: readonly number[];
}

/** A figure that is better the larger it is, held against the peer: the target is a ratio of medians. */
export function against(what: string, unit: string, { berth, peer }: Measured, atLeast?: number): Figure {
  const ours = spreadOf(berth);
  const theirs = peer.length > 0 ? spreadOf(peer) : undefined;
  const ratio = theirs && ours.median / theirs.median;
  return {
    what,
    unit,
    berth: ours,
    peer: theirs,
    ratio,
    target: atLeast === undefined ? undefined : `at least ${atLeast} x the peer`,
    isReached: atLeast === undefined || ratio === undefined ? undefined : ratio >= atLeast,
  };
}

/** A figure that must stay below a bound of its own: every measurement of it, or their median. */
export function below(
  what: string,
  unit: string,
  values: readonly number[],
  { bound, of }: { readonly bound: number; readonly of: 'median' | 'greatest' },
): Figure {
  const berth = spreadOf(values);
  return {
    what,
    unit,
    berth,
    peer: undefined,
    ratio: undefined,
    target: `under ${bound} ${unit}`,
    isReached: berth[of] < bound,
  };
}

/** A figure whose median must reach a bound of its own. */
export function reaching(what: string, unit: string, values: readonly number[], bound: number): Figure {
  const berth = spreadOf(values);
  return {
    what,
    unit,
    berth,
    peer: undefined,
    ratio: undefined,
    target: `at least ${bound} ${unit}`,
    isReached: berth.median >= bound,
  };
}

/** A figure that is told and not judged. */
export function told(what: string, unit: string, values: readonly number[]): Figure {
  const berth = spreadOf(values);
  return { what, unit, berth, peer: undefined, ratio: undefined, target: undefined, isReached: undefined };
}
