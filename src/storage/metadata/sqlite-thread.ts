import type { SQLInputValue } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { sqliteFailure } from './sqlite-failure.ts';
import type { SqliteReply, SqliteRequest } from './sqlite-worker.ts';
import { isUnawaited } from './unawaited.ts';

/** Statements that go with another one at most: each may have thousands of values. */
const MOST_HELD = 32;

/** The one connection that writes, in a thread of its own, handed out to one transaction at a time. */
export class SqliteWriterDriver implements Driver {
  readonly #path: string;
  #worker: Worker | undefined;
  #idle: WorkerConnection | undefined;
  readonly #waiting: ((connection: WorkerConnection) => void)[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  async init(): Promise<void> {
    this.#worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: this.#path });
    this.#worker.unref();
    this.#idle = new WorkerConnection(this.#worker);
  }

  acquireConnection(): Promise<WorkerConnection> {
    const connection = this.#idle;
    this.#idle = undefined;
    if (connection) return Promise.resolve(connection);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async releaseConnection(connection: WorkerConnection): Promise<void> {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#idle = connection;
  }

  async beginTransaction(connection: WorkerConnection): Promise<void> {
    connection.hold('BEGIN IMMEDIATE');
  }

  async commitTransaction(connection: WorkerConnection): Promise<void> {
    await connection.execute('COMMIT');
  }

  async rollbackTransaction(connection: WorkerConnection): Promise<void> {
    await connection.rollBack();
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

class WorkerConnection implements DatabaseConnection {
  readonly #worker: Worker;
  readonly #waiting: { resolve(reply: SqliteReply): void; reject(error: Error): void }[] = [];
  #dead: Error | undefined;
  /** Statements that go with the next one. */
  #held: SqliteRequest[] = [];
  /** What one of those failed with: nothing more is done in this transaction. */
  #broken: Error | undefined;

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

  /** Has a statement run with the next one, which fails with what it fails with. */
  hold(sql: string, parameters: readonly SQLInputValue[] = []): void {
    this.#held.push({ sql, parameters });
  }

  async execute(sql: string, parameters: readonly SQLInputValue[] = []): Promise<QueryResult<never>> {
    if (this.#broken) throw this.#broken;
    const requests = [...this.#held, { sql, parameters }];
    this.#held = [];
    const reply = await this.#send(requests);
    if ('error' in reply) {
      const failure = sqliteFailure(reply.error.message, reply.error.errcode);
      if (reply.at < requests.length - 1) this.#broken = failure;
      throw failure;
    }
    return { rows: reply.rows as never[], numAffectedRows: BigInt(reply.changes) };
  }

  async rollBack(): Promise<void> {
    // What was held back and begins nothing was never run.
    this.#held = [];
    this.#broken = undefined;
    // SQLite has already rolled back where a disk filled up; then there is nothing left to undo.
    await this.execute('ROLLBACK').catch((error: unknown) => {
      if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error;
    });
  }

  #send(requests: readonly SqliteRequest[]): Promise<SqliteReply> {
    if (this.#dead) return Promise.reject(this.#dead);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(requests);
    });
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = query.parameters as readonly SQLInputValue[];
    if (!isUnawaited(query) || this.#held.length >= MOST_HELD) return this.execute(query.sql, parameters);
    this.hold(query.sql, parameters);
    return { rows: [] };
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Berth reads the database page by page and never streams a query');
  }
}
