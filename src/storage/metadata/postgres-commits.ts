import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailable, type StoreLog } from './port.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresFailure } from './postgres-failure.ts';
import { lending, PATIENCE_MS } from './postgres-lending.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { BUDGET_MS } from './try-again.ts';

/** A standby that a commit must reach may take its time. */
const COMMIT_MS = 30_000;
/** How long it is tried to find out whether a transaction committed. */
const ASKING_MS = 20_000;
const ASKING_LOCK_MS = 3_000;
const PAUSE_MS = 100;
/** Old entries are removed after so many commits, and more at a time than came. */
const COMMITS_BETWEEN_CLEANING = 1_000;
const CLEANED_AT_ONCE = 3_000;

/**
 * Which transactions committed. Each one that changed something enters its id, so that whoever lost the answer to its
 * COMMIT learns what became of it by entering the same id: the key lets in only one of the two.
 */
export interface CommitLog {
  /**
   * Commits. Answers the id when the server's answer was lost: then it may have happened or not.
   *
   * @param id undefined where nothing was changed
   * @throws PostgresFailure when it is sure that it has not happened
   */
  commit(connection: PostgresConnection, id: string | undefined): Promise<string | undefined>;
  /**
   * Whether the transaction has committed. If not, it never will.
   *
   * @throws DatabaseUnavailable when that could not be found out in time
   */
  hasHappened(id: string): Promise<boolean>;
}

export function commitLog(pool: PostgresPool, log: StoreLog): CommitLog {
  let commits = 0;
  return {
    async commit(connection, id) {
      if (id === undefined) {
        await connection.query('COMMIT', { patienceMs: COMMIT_MS });
        return undefined;
      }
      try {
        await commit(connection, id);
      } catch (error) {
        if (isSure(error)) throw error;
        log.warn({ err: error }, 'answer of the database to a commit was lost');
        return id;
      }
      commits += 1;
      if (commits % COMMITS_BETWEEN_CLEANING === 0) void clean(pool, log);
      return undefined;
    },
    hasHappened: (id) => hasHappened(pool, id),
  };
}

async function commit(connection: PostgresConnection, id: string): Promise<void> {
  // Without a limit: PostgreSQL takes one that runs out while a standby is waited for as leave to go without it.
  const text = `SET LOCAL statement_timeout = 0; INSERT INTO commits (id, is_abandoned) VALUES ('${id}', 0); COMMIT`;
  const { command } = await connection.query(text, { patienceMs: COMMIT_MS });
  if (command === 'COMMIT') return;
  throw new PostgresFailure('a statement had failed, and the work went on', { kind: 'other' });
}

/**
 * Whether the server has said that it did not commit. When it ends the connection instead, it may have committed and
 * waited for a standby.
 */
function isSure(error: unknown): boolean {
  if (!(error instanceof PostgresFailure) || error.isFatal) return false;
  const { code = '' } = error;
  if (code === '') return error.kind === 'other';
  return !code.startsWith('08') && !code.startsWith('57P') && code !== '40003'; // statement_completion_unknown
}

async function hasHappened(pool: PostgresPool, id: string): Promise<boolean> {
  const startedAt = performance.now();
  for (;;) {
    const leftMs = ASKING_MS - (performance.now() - startedAt);
    try {
      return await ask(pool, id, leftMs);
    } catch (error) {
      if (performance.now() - startedAt > ASKING_MS || !isPassing(error)) {
        throw new DatabaseUnavailable('It could not be found out whether a change was committed.', { cause: error });
      }
    }
    await delay(PAUSE_MS);
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof PostgresFailure && (error.kind === 'gone' || error.kind === 'conflict');
}

/**
 * While the old connection still decides, the key makes this wait. It changes the row in any case, so that its own commit
 * waits for the standbys that the other's may have been waiting for.
 */
function ask(pool: PostgresPool, id: string, leftMs: number): Promise<boolean> {
  return lending(pool, leftMs, async (connection) => {
    const { rows } = await connection.query(
      `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${ASKING_LOCK_MS};
       INSERT INTO commits (id, is_abandoned) VALUES ('${id}', 1) ON CONFLICT (id) DO UPDATE SET at = now();
       SELECT is_abandoned FROM commits WHERE id = '${id}'`,
      { patienceMs: ASKING_LOCK_MS + PATIENCE_MS },
    );
    await connection.query('COMMIT', { patienceMs: COMMIT_MS });
    return rows[0]?.is_abandoned === 0;
  });
}

async function clean(pool: PostgresPool, log: StoreLog): Promise<void> {
  try {
    await lending(pool, BUDGET_MS, (connection) =>
      connection.query(
        `DELETE FROM commits WHERE id IN
           (SELECT id FROM commits WHERE at < now() - interval '2 hours' ORDER BY at LIMIT ${CLEANED_AT_ONCE})`,
        { patienceMs: COMMIT_MS },
      ),
    );
  } catch (error) {
    log.warn({ err: error }, 'old entries of the commits were not removed');
  }
}
