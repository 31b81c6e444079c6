import { expect, test } from 'vitest';
import { DatabaseUnavailable } from './port.ts';
import { type FailureKind, PostgresFailure } from './postgres-failure.ts';
import { BUDGET_MS, tryAgain } from './try-again.ts';

/** Fails so often, then succeeds; counts the attempts. */
function failing(kind: FailureKind, times: number) {
  const warnings: string[] = [];
  let attempts = 0;
  const log = { warn: (_: unknown, message: string) => void warnings.push(message) };
  const outcome = tryAgain(log, async () => {
    attempts += 1;
    if (attempts <= times) throw new PostgresFailure(`failure ${attempts}`, { kind });
    return 'done';
  });
  return { outcome, warnings, attempts: () => attempts };
}

test.each(['conflict', 'gone'] as const)('what %s stood in the way of is done in the end', async (kind) => {
  const { outcome, attempts, warnings } = failing(kind, 8);
  expect(await outcome).toBe('done');
  expect(attempts()).toBe(9);
  expect(warnings).toHaveLength(kind === 'gone' ? 1 : 0);
});

test('what a key forbids is looked at anew some times, and then is an error', async () => {
  const { outcome, attempts } = failing('key', 100);
  await expect(outcome).rejects.toThrow('failure 5');
  expect(attempts()).toBe(5);
});

test.each(['slow', 'full', 'other'] as const)('%s is not tried again', async (kind) => {
  const { outcome, attempts } = failing(kind, 1);
  await expect(outcome).rejects.toThrow('failure 1');
  expect(attempts()).toBe(1);
});

test('an error of somebody else is thrown at once, as it is', async () => {
  const mine = new DatabaseUnavailable('closed');
  let attempts = 0;
  const outcome = tryAgain({ warn: () => undefined }, async () => {
    attempts += 1;
    throw mine;
  });
  await expect(outcome).rejects.toBe(mine);
  expect(attempts).toBe(1);
});

test('trying ends when there is no time left', async () => {
  const begun = performance.now();
  let leftAtLast = Number.POSITIVE_INFINITY;
  const attempt = async (leftMs: number) => {
    expect(leftMs).toBeLessThan(leftAtLast);
    leftAtLast = leftMs;
    throw new PostgresFailure('refused', { kind: 'gone' });
  };
  await expect(tryAgain({ warn: () => undefined }, attempt, 200)).rejects.toThrow(DatabaseUnavailable);
  expect(performance.now() - begun).toBeGreaterThan(200);
  expect(BUDGET_MS).toBe(10_000);
});
