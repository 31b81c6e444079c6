import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesWildcard, mayMoveTag, type TagMutabilityMode } from './tag-mutability.ts';

const letter = fc.constantFrom('a', 'b', '.', '-', '\n');
const tag = fc.string({ unit: letter, maxLength: 12 });
const filter = fc.string({ unit: fc.oneof(letter, fc.constant('*')), maxLength: 10 });

test('a filter matches exactly what the same filter matches as a regular expression', () => {
  const agrees = fc.property(filter, tag, (wildcard, name) => {
    const oracle = new RegExp(`^${wildcard.split('*').map(RegExp.escape).join('.*')}$`, 's');
    expect(matchesWildcard(wildcard, name)).toBe(oracle.test(name));
  });
  fc.assert(agrees, { numRuns: 20_000 });
});

test.each<[TagMutabilityMode, boolean, boolean]>([
  ['MUTABLE', true, true],
  ['IMMUTABLE', false, false],
  ['IMMUTABLE_WITH_EXCLUSION', true, false],
  ['MUTABLE_WITH_EXCLUSION', false, true],
])('%s lets a tag that a filter matches move: %s, another: %s', (mode, matching, other) => {
  const setting = { mode, exclusions: ['nightly-*', 'latest'] };
  expect(mayMoveTag(setting, 'nightly-7')).toBe(matching);
  expect(mayMoveTag(setting, 'latest')).toBe(matching);
  expect(mayMoveTag(setting, 'v1')).toBe(other);
});
