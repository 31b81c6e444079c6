import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globOf, matchesGlob } from './glob.ts';
import { matchesPattern, patternOf } from './pattern.ts';

function matches(pattern: string, text: string): boolean {
  return matchesPattern(patternOf(pattern.split('*').map((run) => run.split('?'))), text);
}

test('it matches what globs match', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 9 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'a', 'b', '\u{1F600}'), maxLength: 12 });
  const agrees = fc.property(pattern, text, (one, other) => {
    expect(matches(one, other)).toBe(matchesGlob(globOf(one), other));
  });
  fc.assert(agrees, { numRuns: 50_000 });
});

test('a text that its pattern was made of matches it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 30 });
  const holds = fc.property(text, fc.nat(), fc.nat(), fc.nat(), (whole, ...places) => {
    const [from = 0, to = 0, one = 0] = places.map((it) => it % whole.length);
    const starred = from <= to ? `${whole.slice(0, from)}*${whole.slice(to)}` : whole;
    expect(matches(starred, whole)).toBe(true);
    expect(matches(`${whole.slice(0, one)}?${whole.slice(one + 1)}`, whole)).toBe(true);
  });
  fc.assert(holds, { numRuns: 5_000 });
});
