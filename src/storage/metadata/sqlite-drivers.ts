import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { StorageFull } from '../blobs/port.ts';
import { prepareSqlite } from './sqlite-pragmas.ts';
import type { SqliteReply, SqliteRequest } from './sqlite-worker.ts';

const SQLITE_FULL = 13;
const READERS = 8;

/** An error of the database, with SQLite's extended result code. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  readonly errcode: number | undefined;

  constructor(message: string, errcode: number | undefined) {
    super(message);
    this.errcode = errcode;
  }
}

interface Connection extends DatabaseConnection {
  execute(sql: string, parameters?: readonly SQLInputValue[]): Promise<QueryResult<never>>;
}

/** What both drivers share: transactions by plain statements, connections handed out one at a time. */
abstract class PooledDriver implements Driver {
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  readonly #begin: string;

  constructor(begin: string) {
    this.#begin = begin;
  }

  protected addConnection(connection: Connection): void {
    this.#idle.push(connection);
  }

  abstract init(): Promise<void>;
  abstract destroy(): Promise<void>;

  acquireConnection(): Promise<DatabaseConnection> {
    const connection = this.#idle.pop();
    if (connection) return Promise.resolve(connection);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const next = this.#waiting.shift();
    if (next) next(connection as Connection);
    else this.#idle.push(connection as Connection);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Connection).execute(this.#begin);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Connection).execute('COMMIT');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite has already rolled back where a disk filled up; then there is nothing left to undo.
    await (connection as Connection).execute('ROLLBACK').catch((error: unknown) => {
      if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error;
    });
  }
}

/** The one connection that writes, in a thread of its own. */
export class SqliteWriterDriver extends PooledDriver {
  readonly #path: string;
  #worker: Worker | undefined;

  constructor(path: string) {
    super('BEGIN IMMEDIATE');
    this.#path = path;
  }

  async init(): Promise<void> {
    this.#worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: this.#path });
    this.#worker.unref();
    this.addConnection(new WorkerConnection(this.#worker));
  }

  async destroy(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    worker.ref();
    await new Promise((resolve) => {
      worker.once('exit', resolve);
      worker.postMessage('close');
    });
  }
}

class WorkerConnection implements Connection {
  readonly #worker: Worker;
  readonly #waiting: { resolve(reply: SqliteReply): void; reject(error: Error): void }[] = [];
  #dead: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: SqliteReply) => {
      const waiting = this.#waiting.shift();
      if (this.#waiting.length === 0) worker.unref();
      waiting?.resolve(reply);
    });
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#fail(new Error('The thread that writes the database has ended')));
  }

  #fail(error: Error): void {
    this.#dead ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  async execute(sql: string, parameters: readonly SQLInputValue[] = []): Promise<QueryResult<never>> {
    if (this.#dead) throw this.#dead;
    const reply = await new Promise<SqliteReply>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ sql, parameters } satisfies SqliteRequest);
    });
    if ('error' in reply) throw failure(reply.error.message, reply.error.errcode);
    return { rows: reply.rows as never[], numAffectedRows: BigInt(reply.changes) };
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.execute(query.sql, query.parameters as readonly SQLInputValue[]);
  }

  // biome-ignore lint/correctness/useYield: the interface demands a generator; pages are small and nobody streams.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Berth reads the database page by page and never streams a query');
  }
}

/** Connections that only read, on the calling thread: a point read takes microseconds. */
export class SqliteReaderDriver extends PooledDriver {
  readonly #path: string;
  readonly #databases: DatabaseSync[] = [];

  constructor(path: string) {
    super('BEGIN');
    this.#path = path;
  }

  async init(): Promise<void> {
    for (let i = 0; i < READERS; i++) {
      const db = new DatabaseSync(this.#path);
      prepareSqlite(db);
      db.exec('PRAGMA query_only = ON');
      this.#databases.push(db);
      this.addConnection(new LocalConnection(db));
    }
  }

  async destroy(): Promise<void> {
    for (const db of this.#databases) db.close();
  }
}

class LocalConnection implements Connection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async execute(sql: string, parameters: readonly SQLInputValue[] = []): Promise<QueryResult<never>> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      if (this.#statements.size < 500) this.#statements.set(sql, statement);
    }
    try {
      return { rows: statement.all(...parameters) as never[] };
    } catch (error) {
      const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
      throw failure(error instanceof Error ? error.message : String(error), errcode);
    }
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.execute(query.sql, query.parameters as readonly SQLInputValue[]);
  }

  // biome-ignore lint/correctness/useYield: the interface demands a generator; pages are small and nobody streams.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Berth reads the database page by page and never streams a query');
  }
}

function failure(message: string, errcode: number | undefined): Error {
  if (errcode !== undefined && (errcode & 0xff) === SQLITE_FULL) return new StorageFull(message);
  return new SqliteFailure(message, errcode);
}
