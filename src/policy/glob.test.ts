import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Glob, globOf, literalTokens, matchesGlob } from './glob.ts';

test.each([
  ['*', '', true],
  ['*', 'anything:at/all', true],
  ['?', '', false],
  ['?', 'a', true],
  ['?', 'ab', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['ab*', 'b', false],
  ['', '', true],
  ['', 'a', false],
  ['**', 'a', true],
  ['*?', '\u{1F600}', true],
  ['??', '\u{1F600}', false],
  ['*??', '\u{1F600}', false],
  ['[a-z].+', 'b', false],
])('%s on %s: %s', (glob, text, expected) => {
  expect(matchesGlob(globOf(glob), text)).toBe(expected);
});

test('a star that stands for itself is no wildcard', () => {
  expect(matchesGlob(literalTokens('a*'), 'a*')).toBe(true);
  expect(matchesGlob(literalTokens('a*'), 'ab')).toBe(false);
});

/** By trying every length for every star, character by character: slow and plain. */
function naively(glob: string, text: readonly string[]): boolean {
  const [first, rest] = [glob[0], glob.slice(1)];
  if (first === undefined) return text.length === 0;
  if (first === '*') return naively(rest, text) || (text.length > 0 && naively(glob, text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && naively(rest, text.slice(1));
}

test('it matches what trying everything matches', () => {
  const few = { unit: fc.constantFrom('a', 'b', '\u{1F600}'), maxLength: 9 };
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 7 });
  const agrees = fc.property(glob, fc.string(few), (pattern, text) => {
    expect(matchesGlob(globOf(pattern), text)).toBe(naively(pattern, [...text]));
  });
  fc.assert(agrees, { numRuns: 20_000 });
});

/** How often a match looks at a character. */
function stepsOf(glob: Glob, text: string): number {
  let steps = 0;
  const counting = {
    length: text.length,
    charCodeAt(index: number) {
      steps++;
      return text.charCodeAt(index);
    },
  };
  matchesGlob(glob, counting);
  return steps;
}

test.each([
  ['stars between letters', `${'*a'.repeat(64)}b`, 'a'.repeat(2_048)],
  ['stars and question marks', `${'*?'.repeat(32)}b`, 'a'.repeat(2_048)],
  ['a long tail behind a star', `*${'a'.repeat(2_000)}b`, 'a'.repeat(2_048)],
  ['pairs of units', `${'*?'.repeat(32)}b`, '\u{1F600}'.repeat(1_024)],
])('%s take no more steps than pattern times text', (_, glob, text) => {
  expect(stepsOf(globOf(glob), text)).toBeLessThanOrEqual(3 * glob.length * text.length);
});
