import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreLog } from './port.ts';
import { asPortError, PostgresFailure } from './postgres-failure.ts';

/** How long one call goes on trying while connections fail and other transactions are in the way. */
export const BUDGET_MS = 10_000;
/** A key forbids something: read anew, the work mostly finds out why. If not, it is a defect. */
const TRIES_AT_A_KEY = 5;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/**
 * Runs `attempt` until it succeeds, fails for good, or has no time left; it is told how much there is. Belongs around
 * what has left nothing behind when it throws.
 *
 * @throws what callers of the port expect: DatabaseUnavailable, StorageFull, and whatever is not the database's
 */
export async function tryAgain<T>(
  log: StoreLog,
  attempt: (leftMs: number) => Promise<T>,
  budgetMs = BUDGET_MS,
): Promise<T> {
  const startedAt = performance.now();
  for (let tries = 1; ; tries++) {
    const leftMs = budgetMs - (performance.now() - startedAt);
    try {
      return await attempt(leftMs);
    } catch (error) {
      if (!mayTryAgain(error, tries) || performance.now() - startedAt > budgetMs) throw asPortError(error);
      if (tries === 1 && error.kind === 'gone') log.warn({ err: error }, 'connection to the database failed');
      await delay(pauseBefore(tries));
    }
  }
}

function mayTryAgain(error: unknown, tries: number): error is PostgresFailure {
  if (!(error instanceof PostgresFailure)) return false;
  if (error.kind === 'key') return tries < TRIES_AT_A_KEY;
  return error.kind === 'conflict' || error.kind === 'gone';
}

/** Longer each time, and never the same for two who were in each other's way. */
function pauseBefore(tries: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
  return randomInt(longest / 2, longest + 1);
}
