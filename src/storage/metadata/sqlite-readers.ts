import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, Kysely, QueryResult } from 'kysely';
import { isOn } from './fixed-query.ts';
import type { Moments } from './moments.ts';
import { secondStatement } from './one-statement.ts';
import type { Reading } from './port.ts';
import { SqliteAnswers } from './sqlite-answers.ts';
import { sqliteErrorFacts, sqliteFailure } from './sqlite-failure.ts';
import { kyselyOn } from './sqlite-kysely.ts';
import { prepareSqlite } from './sqlite-pragmas.ts';
import { SqliteStatements } from './sqlite-statements.ts';
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

/** Connections to the file `path`, opened when first needed. Each commit of this process ends a moment. */
export function sqliteReaders(path: string, moments: Moments): SqliteReaders {
  const opened: Reader[] = [];
  const idle: Reader[] = [];
  const waiting: ((reader: Reader) => void)[] = [];
  let isClosed = false;

  function open(): Reader {
    const db = new DatabaseSync(path);
    prepareSqlite(db);
    db.exec('PRAGMA query_only = ON');
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    const connection = new LocalConnection(db, moments);
    const kysely = kyselyOn(connection);
    isOn(kysely, connection);
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

class LocalConnection implements DatabaseConnection {
  readonly #statements: SqliteStatements;
  readonly #answers: SqliteAnswers;
  /** undefined where any number may be asked. */
  statementsLeft: number | undefined;

  constructor(db: DatabaseSync, moments: Moments) {
    this.#statements = new SqliteStatements(db);
    this.#answers = new SqliteAnswers(db, moments);
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.statementsLeft === undefined) return { rows: this.#ask<R>(sql, parameters) };
    if (this.statementsLeft-- === 0) throw secondStatement();
    return { rows: this.#answers.of(sql, parameters, () => this.#ask<R>(sql, parameters)) };
  }

  #ask<R>(sql: string, parameters: readonly unknown[]): R[] {
    try {
      return this.#statements.run({ sql, parameters: parameters as readonly SQLInputValue[] }).rows as R[];
    } catch (error) {
      throw sqliteFailure(sqliteErrorFacts(error));
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Berth reads the database page by page and never streams a query');
  }
}
