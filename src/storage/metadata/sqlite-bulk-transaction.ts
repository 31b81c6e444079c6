import type { SQLInputValue } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { sqliteFailure } from './sqlite-failure.ts';
import type { SqliteRequest } from './sqlite-statements.ts';
import type { SqliteThread } from './sqlite-thread.ts';
import type { SqliteMessage } from './sqlite-worker.ts';
import { isSteady } from './steady.ts';
import type { Turns } from './turns.ts';
import { isUnawaited } from './unawaited.ts';

/** Statements that go with another one at most: each may have thousands of values. */
const MOST_HELD = 32;

const COMMIT = { sql: 'COMMIT', parameters: [] };
const ROLLBACK = { sql: 'ROLLBACK', parameters: [] };

/** What a transaction has looked at is not so any more: it is to be run again, and to write from its beginning. */
export class HasChanged extends Error {
  override readonly name = 'HasChanged';
}

/**
 * One transaction of the writing thread. It reads on a snapshot at first, while others write; what nobody awaits is held
 * back. It takes its turn when it must, at its end at best: then what it read is read again, and when that is as it was,
 * which amounts to having read it then, all is written in the same message.
 */
export class BulkTransaction implements DatabaseConnection {
  readonly #thread: Pick<SqliteThread, 'send'>;
  readonly #writing: Turns;
  #held: SqliteRequest[] = [];
  #state: 'new' | 'looking' | 'writing' | 'over' = 'new';
  #giveBack: (() => void) | undefined;
  /** What a statement that nobody waited for failed with, or that it is to be run again: nothing more is done. */
  #broken: Error | undefined;

  constructor(thread: Pick<SqliteThread, 'send'>, writing: Turns) {
    this.#thread = thread;
    this.#writing = writing;
  }

  /** Takes its turn now, rather than when it must. */
  async beginWriting(): Promise<void> {
    await this.#takeTurn();
    await this.#send('act', []);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#broken) throw this.#broken;
    const request = { sql: query.sql, parameters: query.parameters as readonly SQLInputValue[] };
    if (isUnawaited(query) && this.#held.length < MOST_HELD) {
      this.#held.push(request);
      return { rows: [] };
    }
    const mayLook = this.#state !== 'writing' && this.#held.length === 0 && isReading(query.sql);
    return mayLook ? this.#look(request, isSteady(query) ? 'glance' : 'look') : this.#write(request);
  }

  /** True when something may have been written. The turn, if it was taken, lasts until `end`. */
  async commit(): Promise<boolean> {
    if (this.#broken) throw this.#broken;
    const hasWritten = this.#state === 'writing' || this.#held.length > 0;
    if (hasWritten) await this.#write(COMMIT);
    else if (this.#state === 'looking') await this.#send('run', [COMMIT]);
    this.#state = 'over';
    return hasWritten;
  }

  /** Undoes what was not committed, and gives the turn back. */
  async end(): Promise<void> {
    const hasBegun = this.#state === 'looking' || this.#state === 'writing';
    this.#state = 'over';
    try {
      const reply = hasBegun ? await this.#thread.send({ how: 'run', requests: [ROLLBACK] }) : undefined;
      // SQLite has already rolled back where a disk filled up; then there is nothing left to undo.
      const isUndone = !reply || !('error' in reply) || reply.error.message.includes('no transaction is active');
      if (!isUndone) throw sqliteFailure(reply.error);
    } finally {
      this.#giveBack?.();
    }
  }

  #look<R>(request: SqliteRequest, how: 'look' | 'glance'): Promise<QueryResult<R>> {
    this.#state = 'looking';
    return this.#send(how, [request]);
  }

  /** Runs what was held back and `request`, when it is its turn. */
  async #write<R>(request: SqliteRequest): Promise<QueryResult<R>> {
    const hasTurn = this.#state === 'writing';
    if (!hasTurn) await this.#takeTurn();
    return this.#send(hasTurn ? 'run' : 'act', [...this.#held.splice(0), request]);
  }

  async #takeTurn(): Promise<void> {
    this.#giveBack = await this.#writing.take();
    this.#state = 'writing';
  }

  async #send<R>(how: SqliteMessage['how'], requests: readonly SqliteRequest[]): Promise<QueryResult<R>> {
    const reply = await this.#thread.send({ how, requests });
    if ('hasChanged' in reply) {
      this.#broken = new HasChanged('what the transaction has looked at was changed');
      throw this.#broken;
    }
    if ('error' in reply) {
      const failure = sqliteFailure(reply.error);
      if (reply.at < requests.length - 1) this.#broken = failure;
      throw failure;
    }
    return { rows: reply.rows as R[], numAffectedRows: BigInt(reply.changes) };
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Berth reads the database page by page and never streams a query');
  }
}

function isReading(sql: string): boolean {
  return /^\s*select\b/i.test(sql);
}
