import { DatabaseSync } from 'node:sqlite';

/**
 * Can keep the log of a database for good: it is then neither begun anew by any process while this one has the database,
 * nor removed when this one closes it, and whoever opens the database next reads it from its beginning.
 *
 * It is a connection that may only read. While it does, nobody may overwrite what it might look up; and SQLite brings in
 * and removes a log when the last connection is closed, if that one may write (sqlite.org/walformat.html, 1.2).
 */
export class LogKeeper {
  readonly #db: DatabaseSync;
  #isKeeping = false;

  /** Of a database that is there. It holds what it needs from now on: a sick disk may give it nothing later. */
  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true });
    this.#look();
  }

  /** From now on. Never throws: of a disk that does not even read, the log is at least not removed. */
  keep(): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    try {
      this.#db.exec('BEGIN');
      this.#look();
    } catch {
      // Nothing else can be done for it.
    }
  }

  get isKeeping(): boolean {
    return this.#isKeeping;
  }

  #look(): void {
    this.#db.prepare('PRAGMA schema_version').get();
  }

  /** To be called when no connection is left that may write, if the log is to be kept, and while there is one, if not. */
  close(): void {
    this.#db.close();
  }
}
