import type { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;
/**
 * The log is written into the database when it has so many pages, 32 MiB: a page that was changed again and again since
 * is written once, and commits wait for it more seldom.
 */
const CHECKPOINT_PAGES = 8_192;

/**
 * Settings of every connection: a write-ahead log, so that readers never wait for the writer; an fsync at each commit,
 * so that what was acknowledged survives a power loss; foreign keys, the last word against dangling references; and what
 * is deleted is overwritten, so that a key that was to be gone is.
 */
export function prepareSqlite(db: DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 10000');
  keepWriteAheadLog(db);
  db.exec('PRAGMA synchronous = FULL');
  db.exec('PRAGMA foreign_keys = ON');
  db.exec('PRAGMA secure_delete = ON');
  db.exec('PRAGMA cache_size = -16384');
  db.exec('PRAGMA temp_store = MEMORY');
  db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}

/** SQLite does not wait by itself when two connections make the log of a new database at once. */
function keepWriteAheadLog(db: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
      if (!isBusy || attempt === 100) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
