import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Statements of a connection that are kept as they were prepared. */
const KEPT_AT_MOST = 500;

export interface SqliteRequest {
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/** Rows for what returns rows, the number of changed rows for the rest. */
export interface SqliteOutcome {
  readonly rows: readonly unknown[];
  readonly changes: number;
}

interface Prepared {
  readonly statement: StatementSync;
  readonly hasRows: boolean;
}

/** Runs the statements of one connection. */
export class SqliteStatements {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** @throws what `asSqliteFailure` takes */
  run({ sql, parameters }: SqliteRequest): SqliteOutcome {
    const { statement, hasRows } = this.#prepare(sql);
    if (hasRows) {
      const rows = statement.all(...parameters);
      return { rows, changes: rows.length };
    }
    return { rows: [], changes: Number(statement.run(...parameters).changes) };
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (!prepared) {
      const statement = this.#db.prepare(sql);
      prepared = { statement, hasRows: statement.columns().length > 0 };
      if (this.#prepared.size < KEPT_AT_MOST) this.#prepared.set(sql, prepared);
    }
    return prepared;
  }
}
