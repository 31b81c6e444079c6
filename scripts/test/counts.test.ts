import { describe, expect, test } from 'vitest';
import { countsOf, failuresOf } from './counts.ts';

function report(parts: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    ...{ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] },
    ...parts,
  });
}

function aFile(parts: Readonly<Record<string, unknown>>): unknown {
  return { name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [], ...parts };
}

test('what failed is named with the first lines of why, also a file that could not be loaded', () => {
  const failed = { status: 'failed', fullName: 'a test', failureMessages: ['expected 1\nreceived 2'] };
  const passed = { status: 'passed', fullName: 'another', failureMessages: [] };
  const json = report({ testResults: [aFile({ assertionResults: [failed, passed] }), aFile({ name: 'b.test.ts' })] });

  expect(failuresOf(json)).toEqual([
    'a.test.ts: a test\n    expected 1\n    received 2',
    'b.test.ts\n    no such module',
  ]);
});

describe('the counts of a test run', () => {
  test('are those of the report; what is still to be written counts as skipped', () => {
    const json = report({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 });

    expect(countsOf(json, 1)).toEqual({ passed: 5, failed: 1, skipped: 3 });
  });

  test('hold a failure for a file that could not be loaded', () => {
    const json = report({ numPassedTests: 5, testResults: [aFile({})] });

    expect(countsOf(json, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  test.each([undefined, report({})])('hold a failure for a run that failed for no visible reason', (json) => {
    expect(countsOf(json, 1).failed).toBe(1);
  });
});
