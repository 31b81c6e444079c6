import { ANY_ONE, ANY_RUN, literalTokens, matchesGlob } from './glob.ts';

/** A pattern as the runs between its `*`; where a run has several pieces, one character is between each two. */
export type Pattern = readonly Run[];

interface Run {
  readonly pieces: readonly string[];
  readonly length: number;
  /** The longest piece, by which the run is looked for, and where in the run it is. */
  readonly anchor: string;
  readonly anchorAt: number;
}

/** Pieces by runs, as a pattern. `[['a', 'b'], ['']]` is `a?b*`. */
export function patternOf(runs: readonly (readonly string[])[]): Pattern {
  return runs.map((pieces) => {
    let length = pieces.length - 1;
    let anchor = '';
    let anchorAt = 0;
    let before = 0;
    for (const [i, piece] of pieces.entries()) {
      if (piece.length > anchor.length) [anchor, anchorAt] = [piece, before + i];
      before += piece.length;
      length += piece.length;
    }
    return { pieces, length, anchor, anchorAt };
  });
}

const OUTSIDE_THE_BASIC_PLANE = /[\ud800-\udfff]/;

/**
 * Whether the pattern matches all of `text`. Each run is taken where it is found first, so nothing is gone back to; and
 * the runtime's own search compares, since patterns and the texts that they are held against are what tenants write.
 */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  // There a character has two units, and `?` is one character.
  if (OUTSIDE_THE_BASIC_PLANE.test(text)) return matchesGlob(globOfPattern(pattern), text);
  const first = pattern[0];
  const last = pattern.at(-1);
  if (first === undefined || last === undefined) return false;
  if (pattern.length === 1) return text.length === first.length && isAt(text, 0, first);
  const end = text.length - last.length;
  if (end < first.length || !isAt(text, 0, first) || !isAt(text, end, last)) return false;
  let at = first.length;
  for (const run of pattern.slice(1, -1)) {
    const found = find(text, at, run);
    if (found === undefined) return false;
    at = found + run.length;
  }
  return at <= end;
}

function isAt(text: string, start: number, { pieces }: Run): boolean {
  let at = start;
  for (const piece of pieces) {
    if (!text.startsWith(piece, at)) return false;
    at += piece.length + 1;
  }
  return true;
}

/** Where the run begins at or behind `start`; undefined when it does not. */
function find(text: string, start: number, run: Run): number | undefined {
  const { length, anchor, anchorAt } = run;
  for (let at = start; at + length <= text.length; at++) {
    at = text.indexOf(anchor, at + anchorAt) - anchorAt;
    if (at < start || at + length > text.length) return undefined;
    if (isAt(text, at, run)) return at;
  }
  return undefined;
}

function globOfPattern(pattern: Pattern): number[] {
  return pattern.flatMap(({ pieces }, i) => [
    ...(i > 0 ? [ANY_RUN] : []),
    ...pieces.flatMap((piece, j) => [...(j > 0 ? [ANY_ONE] : []), ...literalTokens(piece)]),
  ]);
}
