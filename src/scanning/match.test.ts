import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesScanFilter, type ScanningConfiguration, scanningOf } from './match.ts';

const NAMES = ['prod', 'repo-prod', 'prod-repo', 'repo-prod-repo', 'prodrepo'];

/** The table of the ECR User Guide, "Using filters". */
test.each([
  ['prod', NAMES],
  ['*prod', ['prod', 'repo-prod']],
  ['prod*', ['prod', 'prod-repo', 'prodrepo']],
  ['*prod*', NAMES],
  ['prod*repo', ['prod-repo', 'prodrepo']],
  ['*', NAMES],
])('the filter %s matches %j', (filter, names) => {
  expect(NAMES.filter((it) => matchesScanFilter(filter, it))).toEqual(names);
});

test('a filter matches exactly what it matches as a regular expression', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '-', '*'), minLength: 1, maxLength: 8 });
  const agrees = fc.property(text, text, (filter, drawn) => {
    const name = drawn.replaceAll('*', '');
    const parts = filter.split('*').map(RegExp.escape);
    const oracle = parts.length === 1 ? new RegExp(parts.join('')) : new RegExp(`^${parts.join('.*')}$`);
    expect(matchesScanFilter(filter, name)).toBe(oracle.test(name));
  });
  fc.assert(agrees, { numRuns: 500 });
});

describe('a repository', () => {
  const app = { name: 'team/app', scanOnPush: false };
  const onPush = { scanFrequency: 'SCAN_ON_PUSH', filters: ['app', 'none', '*/app'] } as const;
  const always = { scanFrequency: 'CONTINUOUS_SCAN', filters: ['team*'] } as const;

  test.each<[string, ScanningConfiguration, boolean, object]>([
    [
      'is left to its own setting',
      { scanType: 'BASIC', rules: [] },
      true,
      { scanOnPush: true, scanFrequency: 'SCAN_ON_PUSH', appliedFilters: [] },
    ],
    [
      'is left alone by its own setting',
      { scanType: 'BASIC', rules: [] },
      false,
      { scanOnPush: false, scanFrequency: 'MANUAL', appliedFilters: [] },
    ],
    [
      'is scanned when a rule matches, and all filters that did are told',
      { scanType: 'BASIC', rules: [onPush] },
      false,
      { scanOnPush: true, scanFrequency: 'SCAN_ON_PUSH', appliedFilters: ['app', '*/app'] },
    ],
    [
      'is not scanned by its own setting where there are rules and none matches',
      { scanType: 'BASIC', rules: [{ ...onPush, filters: ['none'] }] },
      true,
      { scanOnPush: false, scanFrequency: 'MANUAL', appliedFilters: [] },
    ],
    [
      'is scanned continuously when both rules match',
      { scanType: 'ENHANCED', rules: [onPush, always] },
      false,
      { scanOnPush: true, scanFrequency: 'CONTINUOUS_SCAN', appliedFilters: ['team*'] },
    ],
    [
      'is scanned continuously by ENHANCED without rules',
      { scanType: 'ENHANCED', rules: [] },
      false,
      { scanOnPush: true, scanFrequency: 'CONTINUOUS_SCAN', appliedFilters: ['*'] },
    ],
    [
      'is not scanned by a rule without filters',
      { scanType: 'ENHANCED', rules: [{ ...always, filters: [] }] },
      true,
      { scanOnPush: false, scanFrequency: 'MANUAL', appliedFilters: [] },
    ],
  ])('%s', (_, configuration, scanOnPush, expected) => {
    expect(scanningOf(configuration, { ...app, scanOnPush })).toEqual(expected);
  });
});
