import { StorageFull } from '../blobs/port.ts';
import { FailedSync } from './failed-sync.ts';

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_IOERR_FSYNC = 1034;

/** An error of the database, with SQLite's extended result code. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  readonly errcode: number | undefined;

  constructor(message: string, errcode: number | undefined) {
    super(message);
    this.errcode = errcode;
  }
}

/** What an error that SQLite threw says of itself: what crosses threads. */
export interface SqliteErrorFacts {
  readonly message: string;
  readonly errcode: number | undefined;
}

export function sqliteErrorFacts(error: unknown): SqliteErrorFacts {
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
  return { message: error instanceof Error ? error.message : String(error), errcode };
}

/** What to throw for an error of SQLite: a full disk is known as such, and so is what did not reach the disk. */
export function sqliteFailure({ message, errcode }: SqliteErrorFacts): Error {
  if (primaryCode(errcode) === SQLITE_FULL) return new StorageFull(message);
  if (errcode === SQLITE_IOERR_FSYNC) return new FailedSync(message);
  return new SqliteFailure(message, errcode);
}

/** Whether another connection holds the lock that this one needs. */
export function isBusy(error: unknown): boolean {
  return primaryCode(sqliteErrorFacts(error).errcode) === SQLITE_BUSY;
}

/** Extended codes have more above the first byte. */
function primaryCode(errcode: number | undefined): number | undefined {
  return errcode === undefined ? undefined : errcode & 0xff;
}
