import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Moments } from './moments.ts';

const KEPT_AT_MOST = 500;
/** Of one answer, in bytes and letters: whatever is longer is read again each time. */
const LONGEST = 16 * 1024;

/**
 * What a connection was answered, for as long as nothing has been committed since: SQLite counts the commits of others
 * (`PRAGMA data_version`), and one that only reads commits nothing itself. So an answer is that of this moment, and a
 * statement that many requests ask runs once between two changes. The count is asked once in a moment, which each commit of
 * this process ends: it takes the locks of a read.
 */
export class SqliteAnswers {
  readonly #version: StatementSync;
  /** By statement, and then by parameters: a statement's text is long, and always the same string. */
  readonly #answers = new Map<string, Map<string, readonly unknown[]>>();
  #kept = 0;
  readonly #moments: Moments;
  #of: unknown;
  #askedAt: number | undefined;

  constructor(db: DatabaseSync, moments: Moments) {
    this.#moments = moments;
    this.#version = db.prepare('PRAGMA data_version');
    this.#version.setReturnArrays(true);
  }

  /** The rows that `ask` gives, or gave since the last change. They are everybody's: nobody may change them. */
  of<R>(sql: string, parameters: readonly unknown[], ask: () => R[]): R[] {
    this.#forgetOld();
    const question = JSON.stringify(parameters);
    const known = this.#answers.get(sql)?.get(question);
    if (known) return known as R[];
    const rows = ask();
    if (this.#kept < KEPT_AT_MOST && isShort(rows)) {
      this.#answers.getOrInsertComputed(sql, () => new Map()).set(question, rows);
      this.#kept += 1;
    }
    return rows;
  }

  #forgetOld(): void {
    const { now } = this.#moments;
    if (now === this.#askedAt) return;
    this.#askedAt = now;
    const [version] = this.#version.get() as unknown as readonly unknown[];
    if (version === this.#of) return;
    this.#answers.clear();
    this.#kept = 0;
    this.#of = version;
  }
}

function isShort(rows: readonly unknown[]): boolean {
  let length = 0;
  for (const row of rows) {
    for (const value of Object.values(row as Record<string, unknown>)) {
      length += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
    }
    if (length > LONGEST) return false;
  }
  return true;
}
