import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresFailure, unavailable } from './postgres-failure.ts';
import type { PostgresPool } from './postgres-pool.ts';

/** A server that does not begin or undo a transaction within this is given up, and the next one tried. */
export const PATIENCE_MS = 3_000;

/** Lends a connection to one transaction. What it leaves open is ended. */
export async function lending<T>(
  pool: PostgresPool,
  patienceMs: number,
  attempt: (connection: PostgresConnection) => Promise<T>,
): Promise<T> {
  const connection = await borrow(pool, patienceMs);
  try {
    const result = await attempt(connection);
    // A read has its rows by now: that the server forgets the snapshot need not be waited for.
    void leave(pool, connection, connection.isClean ? undefined : 'COMMIT');
    return result;
  } catch (error) {
    await leave(pool, connection, 'ROLLBACK');
    throw error;
  }
}

async function borrow(pool: PostgresPool, patienceMs: number): Promise<PostgresConnection> {
  try {
    return await pool.take(patienceMs);
  } catch (error) {
    // A password or a certificate that is not taken: trying again is of no use, and it is no defect either.
    throw error instanceof PostgresFailure && error.kind === 'other' ? unavailable(error) : error;
  }
}

async function leave(
  pool: PostgresPool,
  connection: PostgresConnection,
  ending: 'COMMIT' | 'ROLLBACK' | undefined,
): Promise<void> {
  try {
    if (ending !== undefined) await connection.query(ending, { patienceMs: PATIENCE_MS });
  } catch {
    connection.destroy(); // The server rolls back what it no longer has a client for.
  }
  pool.giveBack(connection);
}
