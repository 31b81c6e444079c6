import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { isBusy, sqliteErrorFacts, sqliteFailure } from './sqlite-failure.ts';
import { BUSY_MS, prepareSqlite } from './sqlite-pragmas.ts';
import { type SqliteOutcome, SqliteStatements } from './sqlite-statements.ts';
import { isUnawaited } from './unawaited.ts';

/** Another process that writes is waited for in steps of that. */
const BUSY_STEP_MS = 2;

/** A connection that writes on the calling thread: what is short is done before a message would have arrived. */
export class LocalWriter implements DatabaseConnection {
  readonly #db: DatabaseSync;
  readonly #statements: SqliteStatements;
  readonly #logSize;
  /** What a statement that nobody waited for failed with: nothing more is done in this transaction. */
  #broken: Error | undefined;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    prepareSqlite(this.#db);
    // Nearly all commits are its own, and leave its pages good.
    this.#db.exec('PRAGMA cache_size = -16384');
    // SQLite would wait where it is, and everybody with it.
    this.#db.exec('PRAGMA busy_timeout = 0');
    this.#statements = new SqliteStatements(this.#db);
    this.#logSize = this.#db.prepare('PRAGMA wal_checkpoint(NOOP)');
  }

  /** Begins a transaction when no other process writes. */
  async begin(): Promise<void> {
    this.#broken = undefined;
    const until = performance.now() + BUSY_MS;
    for (;;) {
      try {
        this.#statements.run({ sql: 'BEGIN IMMEDIATE', parameters: [] });
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw sqliteFailure(sqliteErrorFacts(error));
        await delay(BUSY_STEP_MS);
      }
    }
  }

  commit(): void {
    if (this.#broken) throw this.#broken;
    this.#run('COMMIT');
  }

  rollBack(): void {
    this.#broken = undefined;
    // SQLite has already rolled back where a disk filled up; then there is nothing left to undo.
    if (this.#db.isTransaction) this.#run('ROLLBACK');
  }

  /** Pages in the log. Not to be asked in a transaction. */
  logPages(): number {
    return Number(this.#logSize.get()?.['log']);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#broken) throw this.#broken;
    try {
      const { rows, changes } = this.#run(query.sql, query.parameters as readonly SQLInputValue[]);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    } catch (error) {
      if (!isUnawaited(query) || !(error instanceof Error)) throw error;
      this.#broken = error;
      return { rows: [] };
    }
  }

  #run(sql: string, parameters: readonly SQLInputValue[] = []): SqliteOutcome {
    try {
      return this.#statements.run({ sql, parameters });
    } catch (error) {
      throw sqliteFailure(sqliteErrorFacts(error));
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Berth reads the database page by page and never streams a query');
  }

  close(): void {
    this.#db.close();
  }
}
