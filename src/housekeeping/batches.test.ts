import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { beginRequest } from '../foreground.ts';
import { inBatches } from './batches.ts';

test('it goes on until a batch was not whole', async () => {
  const rows = [3, 3, 2];
  const isComplete = await inBatches({ limits: { batch: 3 } }, async () => rows.shift() ?? 0);
  expect(isComplete).toBe(true);
  expect(rows).toEqual([]);
});

test('beside requests it rests between batches', async () => {
  const endRequest = beginRequest();
  const begun: number[] = [];
  await inBatches({ limits: { batch: 1 } }, async () => {
    begun.push(performance.now());
    await delay(50);
    return begun.length < 2 ? 1 : 0;
  });
  endRequest();
  const [first = 0, second = 0] = begun;
  expect(second - first).toBeGreaterThan(1.2 * 50);
});

test('a signal ends it within a rest', async () => {
  const stop = new AbortController();
  const endRequest = beginRequest();
  let batches = 0;
  const isComplete = await inBatches({ signal: stop.signal, limits: { batch: 1 } }, async () => {
    batches += 1;
    await delay(20);
    setTimeout(() => stop.abort(), 1);
    return 1;
  });
  endRequest();
  expect(isComplete).toBe(false);
  expect(batches).toBe(1);
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
