import { sql } from 'kysely';
import { checkMigrated, type Dialect, migrate } from './migrate.ts';
import { createCommits } from './migrations/0003-commits.ts';
import { numberJobsOnPostgres } from './migrations/0009-numbers.ts';
import { orderChangesOnPostgres } from './migrations/0024-order.ts';
import { numberImagesOnPostgres } from './migrations/0025-numbers-of-images.ts';
import { type Metadata, type StoreLog, UnfitDatabase } from './port.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { transactionOn } from './postgres-kysely.ts';
import { lending } from './postgres-lending.ts';
import { settleNumbers } from './postgres-numbers.ts';
import { PostgresPool } from './postgres-pool.ts';
import { primaryOf } from './postgres-primary.ts';
import { whyNotOn } from './postgres-server.ts';
import { transactionsOver } from './postgres-transactions.ts';
import { parsePostgresUrl } from './postgres-url.ts';
import { unsafeSettings } from './postgres-warnings.ts';
import { tryAgain } from './try-again.ts';

const DIALECT: Dialect = {
  bytes: 'bytea',
  text: 'text collate "C"',
  hasMigrations: sql`select 1 from information_schema.tables
    where table_name = 'migrations' and table_schema = current_schema()`,
  ownMigrations: [
    { name: '0003-commits', up: createCommits },
    { name: '0009-numbers', up: numberJobsOnPostgres },
    { name: '0024-order', up: orderChangesOnPostgres },
    { name: '0025-numbers-of-images', up: numberImagesOnPostgres },
  ],
};

/** Held by whoever brings the tables up to date. Any number that nobody else would think of. */
const MIGRATION_LOCK = 2_748_194_635;
const QUESTION_MS = 5_000;
/** How long transactions in progress are waited for at the end. */
const CLOSING_MS = 10_000;

export interface PostgresOptions {
  /** The owner brings the tables up to date; a guest takes them as they are, since servers may be running on them. */
  readonly as: 'owner' | 'guest';
  /** How many connections this process has at most. */
  readonly connections: number;
  readonly log: StoreLog;
}

/**
 * Opens the database that `url` names: PostgreSQL 14 or newer, directly or through a pooler in transaction mode.
 *
 * @throws when it cannot be reached or used, or was written by a version that this one cannot live with
 */
export async function openPostgres(url: string, { as, connections, log }: PostgresOptions): Promise<Metadata> {
  const pool = new PostgresPool({ connect: primaryOf(parsePostgresUrl(url)), limit: connections, log });
  try {
    await tryAgain(log, (leftMs) => lending(pool, leftMs, checkServer));
    await tryAgain(log, (leftMs) => lending(pool, leftMs, (connection) => settleTables(connection, as)));
    const transactions = transactionsOver({ pool, log });
    return {
      ...transactions,
      probe: () => transactions.read(async (tx) => void (await sql`select 1 from accounts limit 1`.execute(tx))),
      warnings: () => transactions.read(unsafeSettings),
      close: () => pool.close(CLOSING_MS),
    };
  } catch (error) {
    await pool.close(0);
    throw error;
  }
}

/** @throws UnfitDatabase where Berth would go wrong later */
async function checkServer(connection: PostgresConnection): Promise<void> {
  const { rows } = await connection.query(
    "SELECT version() AS version, current_setting('server_version_num') AS number, current_setting('server_encoding') AS encoding",
    { patienceMs: QUESTION_MS },
  );
  const [{ version, number, encoding } = {}] = rows;
  const why = whyNotOn({ version: String(version), number: Number(number), encoding: String(encoding) });
  if (why !== undefined) throw new UnfitDatabase(why);
}

/** All that start at once come here; each but the first finds nothing left to do. */
async function settleTables(connection: PostgresConnection, as: PostgresOptions['as']): Promise<void> {
  const { kysely } = transactionOn(connection, undefined);
  // Not a snapshot: whoever waited for the lock must see what was done meanwhile.
  const lock = as === 'owner' ? `; SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})` : '';
  await connection.query(`BEGIN ISOLATION LEVEL READ COMMITTED${lock}`, { patienceMs: undefined });
  if (as === 'guest') return checkMigrated(kysely, DIALECT);
  await kysely.transaction().execute(async (tx) => {
    await migrate(tx, DIALECT);
    await settleNumbers(tx);
  });
  await connection.query('COMMIT', { patienceMs: undefined });
}
