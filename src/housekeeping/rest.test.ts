import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { beginRequest } from '../foreground.ts';
import { restingBesideRequests } from './rest.ts';

const WORKED_MS = 60;

/** How long it rests after a piece of work beside which there was a request for some of the time. */
async function restBeside(requestMs: number): Promise<number> {
  const rest = restingBesideRequests();
  const endRequest = requestMs > 0 ? beginRequest() : () => undefined;
  await delay(requestMs);
  endRequest();
  await delay(WORKED_MS - requestMs);
  const startedAt = performance.now();
  await rest(WORKED_MS);
  return performance.now() - startedAt;
}

test('beside requests it rests for longer than it works, beside few of them for less, beside none hardly', async () => {
  // Others have to wait their turn: requests that other tests of this process make are seen, too.
  const rests = { beside: await restBeside(WORKED_MS), few: await restBeside(WORKED_MS / 4) };

  expect(rests.beside).toBeGreaterThan(1.5 * WORKED_MS);
  expect(rests.few).toBeGreaterThan(0.1 * WORKED_MS);
  expect(rests.few).toBeLessThan(rests.beside);
  expect(await restBeside(0)).toBeLessThan(0.8 * WORKED_MS);
});

test('a request that goes on is seen while it does', async () => {
  const rest = restingBesideRequests();
  const endRequest = beginRequest();
  await delay(WORKED_MS);
  const startedAt = performance.now();
  await rest(WORKED_MS);
  endRequest();
  expect(performance.now() - startedAt).toBeGreaterThan(1.5 * WORKED_MS);
});

test('a signal ends a rest', async () => {
  const rest = restingBesideRequests();
  const endRequest = beginRequest();
  const startedAt = performance.now();
  await rest(600_000, AbortSignal.timeout(5));
  endRequest();
  expect(performance.now() - startedAt).toBeLessThan(60_000);
});
