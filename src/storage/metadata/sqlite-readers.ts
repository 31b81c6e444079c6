import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, Driver, Kysely, QueryResult } from 'kysely';
import { secondStatement } from './one-statement.ts';
import type { Reading } from './port.ts';
import { SqliteAnswers } from './sqlite-answers.ts';
import { sqliteFailure } from './sqlite-failure.ts';
import { prepareSqlite } from './sqlite-pragmas.ts';
import type { Tables } from './tables.ts';

const READERS = 8;
/** Of each: together they hold no more than the writer and what a snapshot needs; the system has the rest in its own cache. */
const CACHE_KIB = 4_096;

/** Connections that only read, on the calling thread: a point read takes microseconds. */
export interface SqliteReaders {
  /** Runs `work` on one snapshot, on a connection that is its own meanwhile. */
  read<T>(work: (tx: Reading) => Promise<T>): Promise<T>;
  /** Runs `work`, which asks one statement: that is a snapshot by itself. */
  readOne<T>(work: (tx: Reading) => Promise<T>): Promise<T>;
  close(): void;
}

interface Reader {
  readonly db: DatabaseSync;
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly connection: LocalConnection;
  readonly kysely: Kysely<Tables>;
}

/**
 * Connections to the file `path`, opened when first needed. They begin and end their snapshots themselves: a transaction
 * of Kysely's makes a dozen objects and promises, which is more work than the query of most requests.
 */
export function sqliteReaders(path: string, kyselyOn: (driver: Driver) => Kysely<Tables>): SqliteReaders {
  const opened: Reader[] = [];
  const idle: Reader[] = [];
  const waiting: ((reader: Reader) => void)[] = [];
  let isClosed = false;

  function open(): Reader {
    const db = new DatabaseSync(path);
    prepareSqlite(db);
    db.exec('PRAGMA query_only = ON');
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    const connection = new LocalConnection(db);
    const kysely = kyselyOn(new LocalDriver(connection));
    const reader = { db, begin: db.prepare('BEGIN'), commit: db.prepare('COMMIT'), connection, kysely };
    opened.push(reader);
    return reader;
  }

  function take(): Reader | Promise<Reader> {
    if (isClosed) throw new Error('the database was closed');
    const reader = idle.pop();
    if (reader) return reader;
    if (opened.length < READERS) return open();
    return new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(reader: Reader): void {
    const next = waiting.shift();
    if (next) next(reader);
    else idle.push(reader);
  }

  return {
    async read(work) {
      const reader = await take();
      try {
        reader.begin.run();
        return await work(reader.kysely);
      } finally {
        // After some failures SQLite has ended the transaction by itself.
        if (reader.db.isTransaction) reader.commit.run();
        giveBack(reader);
      }
    },
    async readOne(work) {
      const reader = await take();
      try {
        reader.connection.statementsLeft = 1;
        return await work(reader.kysely);
      } finally {
        reader.connection.statementsLeft = undefined;
        giveBack(reader);
      }
    },
    close() {
      isClosed = true;
      for (const { db } of opened) db.close();
    },
  };
}

/** One connection, and no transactions but those of `read`. */
class LocalDriver implements Driver {
  readonly #connection: Promise<DatabaseConnection>;

  constructor(connection: DatabaseConnection) {
    this.#connection = Promise.resolve(connection);
  }

  async init(): Promise<void> {}
  async destroy(): Promise<void> {}
  async releaseConnection(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  beginTransaction(): Promise<void> {
    throw new Error('A read is one snapshot already');
  }

  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
}

class LocalConnection implements DatabaseConnection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #answers: SqliteAnswers;
  /** undefined where any number may be asked. */
  statementsLeft: number | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#answers = new SqliteAnswers(db);
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.statementsLeft === undefined) return { rows: this.#ask<R>(sql, parameters) };
    if (this.statementsLeft-- === 0) throw secondStatement();
    return { rows: this.#answers.of(sql, parameters, () => this.#ask<R>(sql, parameters)) };
  }

  #ask<R>(sql: string, parameters: readonly unknown[]): R[] {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      if (this.#statements.size < 500) this.#statements.set(sql, statement);
    }
    try {
      return statement.all(...(parameters as readonly SQLInputValue[])) as R[];
    } catch (error) {
      const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
      throw sqliteFailure(error instanceof Error ? error.message : String(error), errcode);
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Berth reads the database page by page and never streams a query');
  }
}
