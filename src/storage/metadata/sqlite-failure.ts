import { StorageFull } from '../blobs/port.ts';

const SQLITE_FULL = 13;

/** An error of the database, with SQLite's extended result code. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  readonly errcode: number | undefined;

  constructor(message: string, errcode: number | undefined) {
    super(message);
    this.errcode = errcode;
  }
}

/** What to throw for an error of SQLite: a full disk is known as such. */
export function sqliteFailure(message: string, errcode: number | undefined): Error {
  if (errcode !== undefined && (errcode & 0xff) === SQLITE_FULL) return new StorageFull(message);
  return new SqliteFailure(message, errcode);
}
