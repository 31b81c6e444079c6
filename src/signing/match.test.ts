import fc from 'fast-check';
import { expect, test } from 'vitest';
import { profilesFor } from './match.ts';

const ARN = 'arn:aws:signer:us-east-1:123456789012:/signing-profiles/';

function rule(name: string, ...filters: string[]) {
  const repositoryFilters = filters.map((filter) => ({ filter, filterType: 'WILDCARD_MATCH' as const }));
  return { signingProfileArn: `${ARN}${name}`, ...(filters.length > 0 && { repositoryFilters }) };
}

test.each([
  ['prod/*', 'prod/app', true],
  ['prod/*', 'prod/web/app', true],
  ['prod/*', 'prod', false],
  ['prod/*', 'my/prod/app', false],
  ['*/app', 'prod/app', true],
  ['*/app', 'prod/apps', false],
  ['app', 'app', true],
  ['app', 'apps', false],
  ['*', 'a/b/c', true],
])('the filter %s and the repository %s: %s', (filter, repositoryName, matches) => {
  expect(profilesFor([rule('one', filter)], repositoryName)).toEqual(matches ? [`${ARN}one`] : []);
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), minLength: 1, maxLength: 6 });
const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 8 });
const rules = fc.array(
  fc.record({ profile: fc.constantFrom('one', 'two', 'three'), filters: fc.array(word, { maxLength: 3 }) }),
);

test('a profile signs when one of its rules has no filter, or one that as a regular expression matches all of the name', () => {
  const agrees = fc.property(rules, name, (given, repositoryName) => {
    const isFor = ({ filters }: { filters: string[] }) =>
      filters.length === 0 ||
      filters.some((it) => new RegExp(`^${it.split('*').map(RegExp.escape).join('.*')}$`).test(repositoryName));
    const expected = new Set(given.filter(isFor).map((it) => `${ARN}${it.profile}`));

    const found = profilesFor(
      given.map((it) => rule(it.profile, ...it.filters)),
      repositoryName,
    );

    expect(found).toEqual([...expected]);
  });
  fc.assert(agrees, { numRuns: 2_000 });
});
