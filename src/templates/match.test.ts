import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixesOf, templateFor } from './match.ts';

const PUSH = ['CREATE_ON_PUSH'] as const;

test('the prefixes of a name are its namespaces, the longest first, and ROOT', () => {
  expect(prefixesOf('a/b/c')).toEqual(['a/b', 'a', 'ROOT']);
  expect(prefixesOf('app')).toEqual(['ROOT']);
});

test.each([
  ['team/app', ['team', 'ROOT'], 'team'],
  ['team/sub/app', ['team', 'team/sub/', 'ROOT'], 'team/sub/'],
  ['team/sub/app', ['team/su', 'team', 'ROOT'], 'team'],
  ['team', ['team', 'ROOT'], 'ROOT'],
  ['teams/app', ['team'], undefined],
  ['app', ['team'], undefined],
])('%s is made by the one of %j that is %s', (name, prefixes, expected) => {
  const templates = prefixes.map((prefix) => ({ prefix, appliedFor: PUSH }));
  expect(templateFor(templates, name, 'CREATE_ON_PUSH')?.prefix).toBe(expected);
});

test('a longer prefix that is for other reasons does not count', () => {
  const templates = [
    { prefix: 'team', appliedFor: PUSH },
    { prefix: 'team/sub', appliedFor: ['REPLICATION', 'PULL_THROUGH_CACHE'] as const },
  ];
  expect(templateFor(templates, 'team/sub/app', 'CREATE_ON_PUSH')?.prefix).toBe('team');
  expect(templateFor(templates, 'team/sub/app', 'REPLICATION')?.prefix).toBe('team/sub');
  expect(templateFor(templates, 'team/app', 'REPLICATION')).toBeUndefined();
});

test('the template found has the longest of all prefixes that the name begins with', () => {
  const word = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 3 }).map((it) => it.join('/'));
  const agrees = fc.property(fc.uniqueArray(word, { maxLength: 6 }), word, (prefixes, name) => {
    const templates = prefixes.map((prefix) => ({ prefix, appliedFor: PUSH }));
    const fitting = prefixes.filter((it) => name.startsWith(`${it}/`)).toSorted((x, y) => y.length - x.length);
    expect(templateFor(templates, name, 'CREATE_ON_PUSH')?.prefix).toBe(fitting[0]);
  });
  fc.assert(agrees, { numRuns: 500 });
});
