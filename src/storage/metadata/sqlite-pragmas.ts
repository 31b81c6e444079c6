import type { DatabaseSync } from 'node:sqlite';
import { isBusy } from './sqlite-failure.ts';

/** How long a connection waits for the lock that another process holds. */
export const BUSY_MS = 10_000;

/**
 * Settings of every connection: a write-ahead log, so that readers never wait for the writer; foreign keys, the last
 * word against dangling references; and what is deleted is overwritten, so that a key that was to be gone is. No commit
 * waits for the disk, and none brings the log into the database: `sqliteWriter` sees to both.
 */
export function prepareSqlite(db: DatabaseSync): void {
  db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  keepWriteAheadLog(db);
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('PRAGMA foreign_keys = ON');
  db.exec('PRAGMA secure_delete = ON');
  // Whatever another connection commits makes a connection forget its pages: more would be held for nothing.
  db.exec('PRAGMA cache_size = -8192');
  db.exec('PRAGMA temp_store = MEMORY');
  db.exec('PRAGMA wal_autocheckpoint = 0');
}

/** SQLite does not wait by itself when two connections make the log of a new database at once. */
function keepWriteAheadLog(db: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || attempt === 100) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
