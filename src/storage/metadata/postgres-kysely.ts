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
  let hasWritten = false;
  const kysely = kyselyOver(async ({ sql, parameters }) => {
    if (!/^\s*select\b/i.test(sql)) hasWritten = true;
    const result = await connection.query(sql, { values: parameters, patienceMs });
    const changed = result.command === 'SELECT' ? undefined : (result.rowCount ?? undefined);
    return { rows: result.rows, ...(changed !== undefined && { numAffectedRows: BigInt(changed) }) };
  });
  return { kysely, hasWritten: () => hasWritten };
}

type Run = (query: CompiledQuery) => Promise<QueryResult<unknown>>;

/** Kysely in PostgreSQL's words, which has its statements run by `run`. */
export function kyselyOver(run: Run): Kysely<Tables> {
  const driver = new GivenDriver(run);
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

class GivenDriver implements Driver, DatabaseConnection {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#run(query) as Promise<QueryResult<R>>;
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
