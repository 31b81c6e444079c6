import { backup, DatabaseSync } from 'node:sqlite';
import { prepareSqlite } from './sqlite-pragmas.ts';

const PAGES_OF_A_STEP = 1_000;

/** What is copied of an object besides its row. */
export interface CopiedObject {
  readonly key: string;
  readonly digest: string;
  readonly size: number;
  readonly state: 'live' | 'lost';
}

/** A copy of an embedded database that nobody serves from: one file, no log beside it. */
export interface DatabaseCopy {
  /** The installation's own id; undefined in a database that never had one. */
  installationId(): string | undefined;
  /** What the copy holds; `bytes` are those of its objects. */
  counts(): { repositories: number; images: number; objects: number; bytes: number };
  /** Up to `limit` objects by key, behind `after`. */
  objectsAfter(after: string, limit: number): CopiedObject[];
  /** The object with this key whose bytes were there when the copy was made. */
  findLive(key: string): CopiedObject | undefined;
  /** Notes whether the bytes of the object are there. */
  setState(key: string, state: CopiedObject['state']): void;
  /** What SQLite finds wrong with the file itself; empty when nothing is. */
  damage(): string[];
  close(): void;
}

/**
 * Copies the database in the file `from`, which may be in use, to the new file `to`: one consistent state, without what
 * belongs to processes and clients of the moment (leases, uploads in progress). `to` is one file afterwards.
 */
export async function copySqlite(from: string, to: string, onProgress?: (share: number) => void): Promise<void> {
  const source = new DatabaseSync(from);
  try {
    prepareSqlite(source);
    // The copy is made in steps. A snapshot held meanwhile keeps them of one state, and a busy writer from starting them
    // over and over.
    source.exec('BEGIN; SELECT count(*) FROM installation');
    await backup(source, to, {
      rate: PAGES_OF_A_STEP,
      progress: ({ totalPages, remainingPages }) => onProgress?.(1 - remainingPages / Math.max(totalPages, 1)),
    });
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to);
  try {
    copy.exec('DELETE FROM uploads; DELETE FROM leases');
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/** Opens the copy in the file `path`. One that is only looked at may lie where nothing can be written. */
export function openDatabaseCopy(path: string, { readOnly }: { readonly readOnly: boolean }): DatabaseCopy {
  const db = new DatabaseSync(path, { readOnly });
  // One transaction for all changes: each would wait for the disk otherwise.
  if (!readOnly) db.exec('BEGIN IMMEDIATE');
  const columns = 'object_key as key, digest, size, state';
  const after = db.prepare(`SELECT ${columns} FROM objects WHERE object_key > ? ORDER BY object_key LIMIT ?`);
  const live = db.prepare(`SELECT ${columns} FROM objects WHERE object_key = ? AND state = 'live'`);
  const change = readOnly ? undefined : db.prepare('UPDATE objects SET state = ? WHERE object_key = ?');
  const number = (sql: string) => Number(db.prepare(sql).get()?.['n'] ?? 0);

  return {
    installationId() {
      const value = db.prepare("SELECT value FROM installation WHERE name = 'id'").get()?.['value'];
      return typeof value === 'string' ? value : undefined;
    },
    counts: () => ({
      repositories: number('SELECT count(*) AS n FROM repositories'),
      images: number('SELECT count(*) AS n FROM images'),
      objects: number('SELECT count(*) AS n FROM objects'),
      bytes: number('SELECT sum(size) AS n FROM objects'),
    }),
    objectsAfter: (key, limit) => after.all(key, limit).map(asObject),
    findLive(key) {
      const row = live.get(key);
      return row === undefined ? undefined : asObject(row);
    },
    setState(key, state) {
      if (!change) throw new Error('this copy was opened to be looked at only');
      change.run(state, key);
    },
    damage() {
      const broken = db.prepare('PRAGMA integrity_check(20)').all();
      const dangling = db.prepare('PRAGMA foreign_key_check').all();
      return [
        ...broken.map((row) => String(row['integrity_check'])).filter((it) => it !== 'ok'),
        ...dangling.slice(0, 20).map((row) => `a row of ${row['table']} refers to none of ${row['parent']}`),
      ];
    },
    close() {
      if (db.isTransaction) db.exec('COMMIT');
      db.close();
    },
  };
}

function asObject(row: Record<string, unknown>): CopiedObject {
  return {
    key: String(row['key']),
    digest: String(row['digest']),
    size: Number(row['size']),
    state: row['state'] === 'live' ? 'live' : 'lost',
  };
}
