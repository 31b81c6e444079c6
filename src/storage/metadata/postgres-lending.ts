import type { PostgresConnection } from './postgres-connection.ts';
import type { PostgresPool } from './postgres-pool.ts';

/** A server that does not begin or undo a transaction within this is given up, and the next one tried. */
export const PATIENCE_MS = 3_000;

/** Lends a connection to one transaction. What it leaves open is ended. */
export async function lending<T>(
  pool: PostgresPool,
  patienceMs: number,
  attempt: (connection: PostgresConnection) => Promise<T>,
): Promise<T> {
  const connection = await pool.take(patienceMs);
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
