import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { every } from './every.ts';
import { startLog } from './telemetry/log.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const silent = { name: 'count', log: startLog('silent') };

test('work runs again after its interval, also when it failed', async () => {
  let runs = 0;
  const stop = every(1000, silent, async () => {
    if (++runs === 1) throw new Error('once');
  });

  await vi.advanceTimersByTimeAsync(3500);
  await stop();

  expect(runs).toBe(3);
});

test('work is never run twice at a time, and stopping waits for it', async () => {
  let runs = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = every(1000, silent, () => {
    runs++;
    return promise;
  });
  await vi.advanceTimersByTimeAsync(5000);
  let isStopped = false;

  const stopped = stop().then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(0);

  expect([runs, isStopped]).toEqual([1, false]);
  resolve();
  await stopped;
});
