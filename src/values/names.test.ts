import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRepositoryName, isTag } from './names.ts';

test.each(['ab', 'a/b', 'a.b/c_d', 'a__b', 'a---b', '0/1', 'a'.repeat(256)])('%j is a repository name', (name) => {
  expect(isRepositoryName(name)).toBe(true);
});

test.each([
  '',
  'a',
  'A/b',
  '/ab',
  'ab/',
  'a//b',
  'a..b',
  '../ab',
  'a/../b',
  'a___b',
  '-ab',
  'ab-',
  'a b',
  'a%2fb',
  'a\0b',
  'ab\n',
  'é/ab',
  'a'.repeat(257),
])('%j is none', (name) => {
  expect(isRepositoryName(name)).toBe(false);
});

test('a name is its components joined by slashes, each of them a name', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,5}$/);
  const separator = fc.constantFrom('.', '_', '__', '-', '---');
  const component = fc.tuple(word, separator, word).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(component, { minLength: 1, maxLength: 5 }), (parts) => {
      expect(isRepositoryName(parts.join('/'))).toBe(true);
    }),
  );
});

test('a hostile name of full length is judged at once', () => {
  // A pattern that goes back over the repetition would need longer than the universe has lasted.
  expect(isRepositoryName(`${'a-'.repeat(127)}!`)).toBe(false);
  expect(isRepositoryName(`${'0'.repeat(255)}!`)).toBe(false);
});

test.each(['a', '_', '1.0', 'v1-rc.2', 'A'.repeat(128)])('%j is a tag', (tag) => {
  expect(isTag(tag)).toBe(true);
});

test.each(['', '.a', '-a', 'a/b', 'a:b', 'a b', 'a\n', 'a'.repeat(129)])('%j is no tag', (tag) => {
  expect(isTag(tag)).toBe(false);
});
