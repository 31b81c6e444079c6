import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { PostgresConnection } from './postgres-connection.ts';
import type { Tables } from './tables.ts';

/** Kysely over one connection, inside a transaction that somebody else begins and ends. */
export interface OpenTransaction {
  readonly kysely: Kysely<Tables>;
  /** Whether a statement was run that may have changed something. */
  hasWritten(): boolean;
}

/** @param patienceMs how long a statement may take before the server is given up */
export function transactionOn(connection: PostgresConnection, patienceMs: number | undefined): OpenTransaction {
  const driver = new TransactionDriver(connection, patienceMs);
  const kysely = new Kysely<Tables>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return { kysely, hasWritten: () => driver.hasWritten };
}

class TransactionDriver implements Driver, DatabaseConnection {
  readonly #connection: PostgresConnection;
  readonly #patienceMs: number | undefined;
  hasWritten = false;

  constructor(connection: PostgresConnection, patienceMs: number | undefined) {
    this.#connection = connection;
    this.#patienceMs = patienceMs;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (!/^\s*select\b/i.test(sql)) this.hasWritten = true;
    const result = await this.#connection.query(sql, { values: parameters, patienceMs: this.#patienceMs });
    const changed = result.command === 'SELECT' ? undefined : (result.rowCount ?? undefined);
    return { rows: result.rows, ...(changed !== undefined && { numAffectedRows: BigInt(changed) }) };
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Berth reads the database page by page and never streams a query');
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return this;
  }

  async init(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async beginTransaction(): Promise<void> {}
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async destroy(): Promise<void> {}
}
