import { type Metadata, type Reading, ReadOnly, type StoreLog, type WriteOptions, type Writing } from './port.ts';
import { commitLog } from './postgres-commits.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresFailure } from './postgres-failure.ts';
import { transactionOn } from './postgres-kysely.ts';
import { lending, PATIENCE_MS } from './postgres-lending.ts';
import { oneStatementReader } from './postgres-one.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { tryAgain } from './try-again.ts';

/** How long the server works on one statement, and how long its answer is waited for beyond that. */
const READ_STATEMENT_MS = 15_000;
const WRITE_STATEMENT_MS = 60_000;
const ANSWER_MS = 5_000;
/** How long others wait for a process that stands still in the middle of a transaction. */
const IDLE_MS = 15_000;
const LOCK_MS = 10_000;

export interface Transacting {
  readonly pool: PostgresPool;
  readonly log: StoreLog;
}

/** Reading and writing over connections that may fail at any moment. */
export function transactionsOver({ pool, log }: Transacting): Pick<Metadata, 'read' | 'readOne' | 'write'> {
  const commits = commitLog(pool, log);
  const readAlone = oneStatementReader();

  return {
    read: (work) => tryAgain(log, (leftMs) => lending(pool, leftMs, (connection) => readOnce(connection, work))),
    readOne(work) {
      let attempts = 0;
      return tryAgain(log, (leftMs) =>
        lending(pool, leftMs, (connection) => {
          attempts += 1;
          // Whether the server lives is found out before the statement from then on, and that may take its time.
          return attempts === 1 ? readAlone(connection, work) : readOnce(connection, work);
        }),
      );
    },
    write: (work, options = {}) =>
      tryAgain(log, async (leftMs) => {
        const { result, unknownCommit } = await lending(pool, leftMs, async (connection) => {
          const done = await writeOnce(connection, { work, options });
          return { result: done.result, unknownCommit: await commits.commit(connection, done.commitId) };
        });
        if (unknownCommit === undefined || (await commits.hasHappened(unknownCommit))) return result;
        throw new PostgresFailure('the connection failed before the transaction had committed', { kind: 'gone' });
      }),
  };
}

async function readOnce<T>(connection: PostgresConnection, work: (tx: Reading) => Promise<T>): Promise<T> {
  const text = `BEGIN ${SNAPSHOT} READ ONLY; ${limits(READ_STATEMENT_MS)};
    SELECT pg_is_in_recovery() AS is_standby`;
  await begin(connection, { text, patienceMs: PATIENCE_MS });
  return work(transactionOn(connection, READ_STATEMENT_MS + ANSWER_MS).kysely);
}

interface Work<T> {
  readonly work: (tx: Writing) => Promise<T>;
  readonly options: WriteOptions;
}

/** Does everything but commit; the id of the commit is undefined when nothing was changed. */
async function writeOnce<T>(
  connection: PostgresConnection,
  { work, options: { evenIfReadOnly = false, alone = false } }: Work<T>,
): Promise<{ result: T; commitId: string | undefined }> {
  const lock = alone || !evenIfReadOnly ? lockFor(alone) : '';
  // The lock comes before the first query, which takes the snapshot.
  const text = `BEGIN ${SNAPSHOT}; ${limits(WRITE_STATEMENT_MS)}; SET LOCAL lock_timeout = ${LOCK_MS}; ${lock}
    SELECT pg_is_in_recovery() AS is_standby, gen_random_uuid() AS commit_id,
      (SELECT value FROM installation WHERE name = 'read-only') AS read_only`;
  const row = await begin(connection, { text, patienceMs: alone ? LOCK_MS + PATIENCE_MS : PATIENCE_MS });
  if (!evenIfReadOnly && typeof row['read_only'] === 'string') throw new ReadOnly(row['read_only']);

  const { kysely, hasWritten } = transactionOn(connection, WRITE_STATEMENT_MS + ANSWER_MS);
  const result = await kysely.transaction().execute((tx) => work(tx as Writing));
  return { result, commitId: hasWritten() ? String(row['commit_id']) : undefined };
}

const SNAPSHOT = 'ISOLATION LEVEL REPEATABLE READ';

function limits(statementMs: number): string {
  return `SET LOCAL statement_timeout = ${statementMs}; SET LOCAL idle_in_transaction_session_timeout = ${IDLE_MS}`;
}

/**
 * Writes share a lock, and whoever wants to be alone excludes it: nobody who saw that the installation takes changes is
 * still writing when it takes none.
 */
function lockFor(alone: boolean): string {
  return `LOCK TABLE installation IN ${alone ? 'EXCLUSIVE' : 'ROW SHARE'} MODE;`;
}

/** Begins in one round trip. */
async function begin(
  connection: PostgresConnection,
  { text, patienceMs }: { readonly text: string; readonly patienceMs: number },
): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await connection.query(text, { patienceMs });
  if (rows[0]?.is_standby !== true) return rows[0];
  connection.destroy();
  throw new PostgresFailure('the server is a standby', { kind: 'gone' });
}
