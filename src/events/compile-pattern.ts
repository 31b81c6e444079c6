import type { EventPattern } from './pattern/match.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import { PatternFault } from './pattern/pattern-fault.ts';
import { InvalidEventPattern } from './refusals.ts';

/** The patterns that were needed last, by their text: reading one costs more than matching it. */
const KEPT = 1_000;
const kept = new Map<string, EventPattern>();

/** @throws InvalidEventPattern, with what is wrong and where */
export function compilePattern(text: string): EventPattern {
  const found = kept.get(text);
  if (found) return found;
  const pattern = readPattern(text);
  if (kept.size >= KEPT) kept.clear();
  kept.set(text, pattern);
  return pattern;
}

function readPattern(text: string): EventPattern {
  try {
    return parsePattern(text);
  } catch (error) {
    if (error instanceof PatternFault) throw InvalidEventPattern({ reason: error.in(text) });
    throw error;
  }
}
