import { backup, DatabaseSync } from 'node:sqlite';
import { prepareSqlite } from './sqlite-pragmas.ts';

const PAGES_OF_A_STEP = 1_000;
/** What a copy has beside the tables of a Berth. */
const STORED = 'backup_stored_objects';

/** What is copied of an object besides its row. */
export interface CopiedObject {
  readonly key: string;
  readonly digest: string;
  readonly size: number;
  readonly state: 'live' | 'lost';
  readonly account: string;
  /** Bytes in the store. */
  readonly storedSize: number;
  /** How they are sealed; null where they are not. */
  readonly seal: Uint8Array | null;
  /** SHA-256 of the bytes in the store, where `noteStored` was told: whoever has no key verifies them by it. */
  readonly storedSha256: string | undefined;
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
  /** Notes the SHA-256, in hex, of the object's bytes in the store. */
  noteStored(key: string, sha256: string): void;
  /** Forgets what `noteStored` was told: the database of a Berth that serves has no such table. */
  forgetStored(): void;
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
  if (!readOnly) db.exec(`CREATE TABLE IF NOT EXISTS ${STORED} (object_key text PRIMARY KEY, sha256 text NOT NULL)`);
  const columns = columnsOf(db);
  const after = db.prepare(`SELECT ${columns} FROM objects WHERE object_key > ? ORDER BY object_key LIMIT ?`);
  const live = db.prepare(`SELECT ${columns} FROM objects WHERE object_key = ? AND state = 'live'`);
  const note = readOnly ? undefined : db.prepare(`INSERT OR REPLACE INTO ${STORED} VALUES (?, ?)`);
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
    noteStored(key, sha256) {
      if (!note) throw new Error('this copy was opened to be looked at only');
      note.run(key, sha256);
    },
    forgetStored: () => db.exec(`DROP TABLE ${STORED}`),
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

/** Of a copy that was made before layers were sealed, too. */
function columnsOf(db: DatabaseSync): string {
  const has = (table: string, column?: string) =>
    db.prepare('SELECT 1 FROM pragma_table_info(?) WHERE ?2 IS NULL OR name = ?2').get(table, column ?? null) !==
    undefined;
  const own = 'object_key AS key, digest, size, state, account';
  const sealed = has('objects', 'seal')
    ? `stored_size AS storedSize, coalesce((SELECT layers.seal FROM layers
       WHERE layers.object_key = objects.object_key AND layers.seal IS NOT NULL LIMIT 1), seal) AS seal`
    : 'size AS storedSize, NULL AS seal';
  const stored = has(STORED)
    ? `(SELECT sha256 FROM ${STORED} WHERE ${STORED}.object_key = objects.object_key) AS sha256`
    : 'NULL AS sha256';
  return `${own}, ${sealed}, ${stored}`;
}

function asObject(row: Record<string, unknown>): CopiedObject {
  return {
    key: String(row['key']),
    digest: String(row['digest']),
    size: Number(row['size']),
    state: row['state'] === 'live' ? 'live' : 'lost',
    account: String(row['account']),
    storedSize: Number(row['storedSize']),
    seal: row['seal'] instanceof Uint8Array ? row['seal'] : null,
    storedSha256: typeof row['sha256'] === 'string' ? row['sha256'] : undefined,
  };
}
