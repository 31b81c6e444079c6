import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { beginRequest } from '../foreground.ts';
import { BesideRequests } from './rest.ts';

const WORKED_MS = 200;

/** How long it rests after a piece of work beside which there was a request for some of the time. */
async function restBeside(requestMs: number, patience?: number): Promise<number> {
  const beside = new BesideRequests(patience);
  const endRequest = requestMs > 0 ? beginRequest() : () => undefined;
  await delay(requestMs);
  endRequest();
  await delay(WORKED_MS - requestMs);
  const startedAt = performance.now();
  await beside.rest(WORKED_MS);
  return performance.now() - startedAt;
}

test('beside requests it rests for half as long as it works, beside few of them for less, beside none hardly', async () => {
  // Others have to wait their turn: requests that other tests of this process make are seen, too.
  const rests = { beside: await restBeside(WORKED_MS), few: await restBeside(WORKED_MS / 4) };

  expect(rests.beside).toBeGreaterThan(0.4 * WORKED_MS);
  expect(rests.few).toBeGreaterThan(0.04 * WORKED_MS);
  expect(rests.few).toBeLessThan(rests.beside);
  expect(await restBeside(0)).toBeLessThan(0.4 * WORKED_MS);
});

test('who says so rests for less, or for more', async () => {
  const [short, long] = [await restBeside(WORKED_MS, 0.1), await restBeside(WORKED_MS, 2)];
  expect(long).toBeGreaterThan(1.8 * WORKED_MS);
  expect(short).toBeLessThan(long);
});

test('a request that goes on is seen while it does', async () => {
  const beside = new BesideRequests();
  const endRequest = beginRequest();
  await delay(WORKED_MS);
  const startedAt = performance.now();
  await beside.rest(WORKED_MS);
  endRequest();
  expect(performance.now() - startedAt).toBeGreaterThan(0.4 * WORKED_MS);
});

test('a signal ends a rest', async () => {
  const beside = new BesideRequests();
  const endRequest = beginRequest();
  const startedAt = performance.now();
  await beside.rest(600_000, AbortSignal.timeout(5));
  endRequest();
  expect(performance.now() - startedAt).toBeLessThan(60_000);
});
