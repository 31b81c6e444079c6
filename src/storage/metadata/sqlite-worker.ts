import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { type SqliteErrorFacts, sqliteErrorFacts } from './sqlite-failure.ts';
import { prepareSqlite } from './sqlite-pragmas.ts';
import { type SqliteOutcome, type SqliteRequest, SqliteStatements } from './sqlite-statements.ts';

/*
 * The thread that writes what is long. It is asked by message, and each waits for its turn on a busy event loop: so a
 * transaction looks around first, on a snapshot that keeps nobody waiting, and is then done in one message.
 */

/** Each with statements, which are run in their order. */
export interface SqliteMessage {
  /**
   * `run`: nothing else. `look`: on one snapshot, and what they answer is remembered; `glance`: on the same, and it is not.
   * `act`: the snapshot ends, a transaction begins, and they are run if all that is remembered would be answered the same
   * in it.
   */
  readonly how: 'run' | 'look' | 'glance' | 'act';
  readonly requests: readonly SqliteRequest[];
}

/**
 * What became of the last statement, or of the one, counted from 0, that failed and was the last to be run; or that what
 * was remembered is not so any more, and nothing was run.
 */
export type SqliteReply =
  | SqliteOutcome
  | { readonly error: SqliteErrorFacts; readonly at: number }
  | { readonly hasChanged: true };

const NOTHING: SqliteOutcome = { rows: [], changes: 0 };

class WritingThread {
  readonly #db: DatabaseSync;
  readonly #statements: SqliteStatements;
  #seen: { readonly request: SqliteRequest; readonly rows: readonly unknown[] }[] = [];

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = new SqliteStatements(db);
  }

  answer({ how, requests }: SqliteMessage): SqliteReply {
    let at = -1;
    try {
      const isLooking = how === 'look' || how === 'glance';
      if (isLooking && !this.#db.isTransaction) this.#run('BEGIN');
      if (how === 'act' && !this.#beginsAsSeen()) return { hasChanged: true };
      if (!isLooking) this.#seen = [];
      let outcome = NOTHING;
      for (const request of requests) {
        at += 1;
        outcome = this.#statements.run(request);
        if (how === 'look') this.#seen.push({ request, rows: outcome.rows });
      }
      return outcome;
    } catch (error) {
      return { error: sqliteErrorFacts(error), at };
    }
  }

  #beginsAsSeen(): boolean {
    if (this.#db.isTransaction) this.#run('COMMIT');
    this.#run('BEGIN IMMEDIATE');
    const isSame = this.#seen.every(({ request, rows }) => isDeepStrictEqual(this.#statements.run(request).rows, rows));
    if (!isSame) this.#run('ROLLBACK');
    return isSame;
  }

  #run(sql: string): void {
    this.#statements.run({ sql, parameters: [] });
  }
}

const port = parentPort;
if (port) {
  const db = new DatabaseSync(String(workerData));
  prepareSqlite(db);
  const thread = new WritingThread(db);
  port.on('message', (message: SqliteMessage | 'close') => {
    if (message === 'close') {
      db.close();
      port.close();
      return;
    }
    port.postMessage(thread.answer(message));
  });
}
