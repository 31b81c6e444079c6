import type { DatabaseSync } from 'node:sqlite';

/**
 * Settings of every connection: a write-ahead log, so that readers never wait for the writer; an fsync at each commit,
 * so that what was acknowledged survives a power loss; foreign keys, the last word against dangling references.
 */
export function prepareSqlite(db: DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 10000');
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL');
  db.exec('PRAGMA foreign_keys = ON');
  db.exec('PRAGMA cache_size = -16384');
  db.exec('PRAGMA temp_store = MEMORY');
}
