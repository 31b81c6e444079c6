import type { DatabaseFile } from './database-file.ts';
import { FailedSync } from './failed-sync.ts';
import { sqliteFailure } from './sqlite-failure.ts';
import type { LocalWriter } from './sqlite-local-writer.ts';
import type { SqliteThread } from './sqlite-thread.ts';
import type { Turns } from './turns.ts';

/**
 * The log is brought into the database when it has so many pages, 256 MiB: a page that was changed again and again since
 * is written once.
 */
const PAGES = 65_536;
/** So many more before the next attempt, where somebody who still reads kept the log from beginning anew. */
const FURTHER = 8_192;
/** Commits between two looks. */
const LOOK_EVERY = 16;

interface Writers {
  readonly local: Pick<LocalWriter, 'logPages'>;
  readonly thread: () => Pick<SqliteThread, 'send'>;
  readonly file: Pick<DatabaseFile, 'sync'>;
  /** Told that what was brought in may not be on the disk. The log must outlive that; nothing more is brought in. */
  readonly onFailedSync: (error: FailedSync) => void;
  /** Taken by who writes. */
  readonly writing: Turns;
  /** Taken by who has the thread do something. */
  readonly bulkWriting: Turns;
}

/**
 * Brings the log into the database from the thread that writes what is long: first beside what is being written, then,
 * while nobody writes, the little that came meanwhile.
 */
export class SqliteCheckpoints {
  readonly #writers: Writers;
  #commits = 0;
  #at = PAGES;
  #running: Promise<void> | undefined;
  #hasFailed = false;

  constructor(writers: Writers) {
    this.#writers = writers;
  }

  /** To be called after each commit, while the turn to write lasts. Never throws: what was committed was committed. */
  afterCommit(): void {
    this.#commits += 1;
    if (this.#running || this.#hasFailed || this.#commits % LOOK_EVERY !== 0) return;
    const pages = this.#pages();
    if (pages < this.#at) return;
    // An attempt that fails, for want of room on the disk perhaps, is made again when there is more to be brought.
    this.#at = pages + FURTHER;
    this.#running = this.#run()
      .catch((error: unknown) => {
        if (!(error instanceof FailedSync)) return;
        this.#hasFailed = true;
        this.#writers.onFailedSync(error);
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when none is under way. */
  async settle(): Promise<void> {
    await this.#running;
  }

  /** 0 where it cannot be told now. */
  #pages(): number {
    try {
      return this.#writers.local.logPages();
    } catch {
      return 0;
    }
  }

  async #run(): Promise<void> {
    const { thread, file, writing, bulkWriting } = this.#writers;
    await bulkWriting.run(async () => {
      const run = async (...statements: readonly string[]) => {
        const requests = statements.map((sql) => ({ sql, parameters: [] }));
        const reply = await thread().send({ how: 'run', requests });
        if ('error' in reply) throw sqliteFailure(reply.error);
      };
      await run('PRAGMA wal_checkpoint(PASSIVE)');
      // SQLite would do so under the lock: it syncs when nothing is left to be brought.
      await file.sync();
      await writing.run(async () => {
        await run('PRAGMA wal_checkpoint(PASSIVE)');
        // Whoever begins the log anew waits for the disk: a transaction that changes nothing, in that thread.
        await run('BEGIN IMMEDIATE', 'PRAGMA user_version = 0', 'COMMIT');
        const pages = this.#pages();
        this.#at = pages < PAGES ? PAGES : pages + FURTHER;
      });
    });
  }
}
