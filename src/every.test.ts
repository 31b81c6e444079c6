import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { every } from './every.ts';
import { startLog } from './telemetry/log.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const usual = { name: 'count', log: startLog('silent'), intervalMs: 1000 };

test('work runs again after its interval, also when it failed', async () => {
  let runs = 0;
  const stop = every(usual, async () => {
    if (++runs === 1) throw new Error('once');
  });

  await vi.advanceTimersByTimeAsync(3500);
  await stop();

  expect(runs).toBe(3);
});

test('the first run may come sooner', async () => {
  let runs = 0;
  const stop = every({ ...usual, firstMs: 10 }, async () => {
    runs++;
  });

  await vi.advanceTimersByTimeAsync(1005);
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(10);
  await stop();

  expect(runs).toBe(2);
});

test('work is never run twice at a time; stopping tells it, and waits for it', async () => {
  let runs = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  let signal: AbortSignal | undefined;
  const stop = every(usual, (given) => {
    runs++;
    signal = given;
    return promise;
  });
  await vi.advanceTimersByTimeAsync(5000);
  let isStopped = false;

  const stopped = stop().then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(0);

  expect([runs, isStopped, signal?.aborted]).toEqual([1, false, true]);
  resolve();
  await stopped;
});
