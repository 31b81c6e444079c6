import { expect, test } from 'vitest';
import { inBatches } from './batches.ts';

/** Keeps this thread busy as requests would. */
function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Of six batches, and of the rests between them. */
async function timesOf(batch: () => Promise<void>): Promise<{ worked: number; rested: number }> {
  let [left, worked, rested] = [6, 0, 0];
  let endedAt: number | undefined;
  await inBatches({ limits: { batch: 1 } }, async () => {
    const startedAt = performance.now();
    rested += startedAt - (endedAt ?? startedAt);
    await batch();
    endedAt = performance.now();
    worked += endedAt - startedAt;
    left -= 1;
    return left > 0 ? 1 : 0;
  });
  return { worked, rested };
}

test('beside a busy thread it rests as long as it works', async () => {
  const { worked, rested } = await timesOf(async () => work(30));
  expect(rested).toBeGreaterThan(0.7 * worked);
});

test('while it waits for others and nobody wants the thread it rests hardly at all', async () => {
  const { worked, rested } = await timesOf(() => new Promise((resolve) => setTimeout(resolve, 50)));
  expect(rested).toBeLessThan(0.5 * worked);
});

test('a signal ends a rest', async () => {
  const stop = new AbortController();
  let workedUntil = 0;
  const isComplete = await inBatches({ signal: stop.signal, limits: { batch: 1 } }, async () => {
    work(500);
    workedUntil = performance.now();
    setTimeout(() => stop.abort(), 5);
    return 1;
  });
  expect(isComplete).toBe(false);
  expect(performance.now() - workedUntil).toBeLessThan(400);
});

test('what comes in other units has its own size', async () => {
  const sizes: number[] = [];
  const note = async (size: number) => {
    sizes.push(size);
    return 0;
  };
  await inBatches({ limits: { batch: 3 } }, note);
  await inBatches({ limits: { batch: 3, removals: 5 } }, note, 'removals');
  expect(sizes).toEqual([3, 5]);
});
