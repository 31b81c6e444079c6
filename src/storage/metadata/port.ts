import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** A consistent view. Queries that only look take this. */
export type Reading = Kysely<Tables>;

declare const writing: unique symbol;

/** An open transaction, which only `Metadata.write` hands out. Queries that change something take this. */
export type Writing = Transaction<Tables> & { readonly [writing]: true };

/**
 * What exists: the one truth. Inside `work` nothing is awaited but queries on the `tx` it was given: a write may be
 * run again after a conflict, and others wait for it. Reads that do not hang on each other may be asked at once.
 */
export interface Metadata {
  /** Runs `work` on one consistent snapshot that holds everything acknowledged before the call. */
  read<T>(work: (tx: Reading) => Promise<T>): Promise<T>;
  /**
   * The same for `work` that asks one statement, for what every request asks: one message to a server and one back, where
   * a snapshot for several costs two more. A second statement is refused.
   */
  readOne<T>(work: (tx: Reading) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction, durable when this resolves; nothing has happened when it rejects. It sees one
   * snapshot, and of two writes that change the same row at once one runs again on what the other left. A row that
   * is only read may change meanwhile: where that matters, a key forbids it or the write changes the row too.
   *
   * @throws ReadOnly, DatabaseUnavailable
   */
  write<T>(work: (tx: Writing) => Promise<T>, options?: WriteOptions): Promise<T>;
  /** Rejects when the database cannot serve. */
  probe(): Promise<void>;
  /** What of the database's own settings breaks promises, each a sentence that says how: for doctor and the start. */
  warnings?(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface WriteOptions {
  /** Writes also while the installation is read-only: for those who make it so, and let it go again. */
  readonly evenIfReadOnly?: boolean;
  /**
   * Begins when no other write is under way, and lets none begin before it has ended. Whoever makes the installation
   * read-only asks for it: nothing is written after that by those who did not know yet.
   */
  readonly alone?: boolean;
  /**
   * Takes long: hundreds of rows, or as many as somebody may have. An embedded database then writes in another thread,
   * where it keeps nobody waiting but who writes too.
   */
  readonly isBulk?: boolean;
}

/** Where an adapter says what went wrong and was mended. */
export interface StoreLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** The database cannot be reached, or has no room for another connection: nothing has happened, later it may work. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** The installation takes no changes now; the message says why. */
export class ReadOnly extends Error {
  override readonly name = 'ReadOnly';
}

/** No server has been started on this database yet. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

/** The server, or the database on it, is of a kind that Berth would go wrong on later; the message says what is needed. */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase';
}

/** The tables are those of another version of Berth; the message says what to do. */
export class OtherVersion extends Error {
  override readonly name = 'OtherVersion';
}
