import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesWildcardText, wildcardText } from './wildcard-text.ts';

test('it matches exactly what the same wildcards match as a regular expression', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, text, (segments, one, other) => {
      const wildcard = wildcardText(segments);
      const oracle = new RegExp(`^${segments.join('.*')}$`, 's');
      for (const it of [one, segments.join(one), segments.join(''), `${one}${segments.join(other)}${other}`]) {
        expect({ it, matches: matchesWildcardText(wildcard, it) }).toEqual({ it, matches: oracle.test(it) });
      }
    }),
    { numRuns: 5_000 },
  );
});

test('two segments never share a character', () => {
  const wildcard = wildcardText(['', 'ab', 'ba', '']);
  expect(['aba', 'abba', 'xabxbax'].map((it) => matchesWildcardText(wildcard, it))).toEqual([false, true, true]);
});
