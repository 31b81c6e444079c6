import type { SQLInputValue } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { sqliteFailure } from './sqlite-failure.ts';
import type { SqliteReply, SqliteRequest } from './sqlite-worker.ts';

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
    if ('error' in reply) throw sqliteFailure(reply.error.message, reply.error.errcode);
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
