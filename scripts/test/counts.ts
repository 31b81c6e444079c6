import * as v from 'valibot';

/** How many tests and checks ended how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

const report = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      message: v.string(),
      assertionResults: v.array(
        v.object({ status: v.string(), fullName: v.string(), failureMessages: v.nullish(v.array(v.string()), []) }),
      ),
    }),
  ),
});

/**
 * The counts of Vitest's JSON report `json`, which came with the exit `status`. A file that failed without a failing
 * test (it could not be loaded), and a run that failed without a report, count as one failure.
 */
export function countsOf(json: string | undefined, status: number): Counts {
  if (json === undefined) return { ...none, failed: 1 };
  const it = v.parse(report, JSON.parse(json));
  const broken = it.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = it.numFailedTests + broken.length;
  return {
    passed: it.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: it.numPendingTests + it.numTodoTests,
  };
}

/** What failed, a few lines each: said again at the end, where it is found however long the run was. */
export function failuresOf(json: string | undefined): string[] {
  if (json === undefined) return ['a run of Vitest ended without a report'];
  return v.parse(report, JSON.parse(json)).testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((it) => it.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${name}\n    ${firstLines(message)}`];
    return failed.map((it) => `${name}: ${it.fullName}\n    ${firstLines(it.failureMessages.join('\n'))}`);
  });
}

function firstLines(message: string): string {
  return message.split('\n').slice(0, 12).join('\n    ');
}

export function sum(all: readonly Counts[]): Counts {
  return all.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    none,
  );
}
