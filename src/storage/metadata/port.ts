import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** A consistent view. Queries that only look take this. */
export type Reading = Kysely<Tables>;

declare const writing: unique symbol;

/** An open transaction, which only `Metadata.write` hands out. Queries that change something take this. */
export type Writing = Transaction<Tables> & { readonly [writing]: true };

/**
 * What exists: the one truth. Inside `work` nothing is awaited but queries on the `tx` it was given: a write may be
 * run again after a conflict, and others wait for it.
 */
export interface Metadata {
  /** Runs `work` on one consistent snapshot that holds everything acknowledged before the call. */
  read<T>(work: (tx: Reading) => Promise<T>): Promise<T>;
  /** Runs `work` in one transaction, durable when this resolves; nothing has happened when it rejects. */
  write<T>(work: (tx: Writing) => Promise<T>): Promise<T>;
  /** Rejects when the database cannot serve. */
  probe(): Promise<void>;
  close(): Promise<void>;
}
