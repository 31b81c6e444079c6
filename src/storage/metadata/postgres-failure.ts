import { DatabaseError } from 'pg';
import { StorageFull } from '../blobs/port.ts';
import { DatabaseUnavailable } from './port.ts';

/**
 * What an error of the database means for the transaction it hit. `conflict`: others were in the way, again it may work.
 * `key`: a key forbids it; what was read before may be out of date. `gone`: the server, or the way to it, failed.
 * `slow`: it took too long. `full`: the server's disk is. `other`: a defect, here or there.
 */
export type FailureKind = 'conflict' | 'key' | 'gone' | 'slow' | 'full' | 'other';

/** An error of the database, with PostgreSQL's code (SQLSTATE) where the server said something. */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure';
  readonly kind: FailureKind;
  readonly code: string | undefined;
  /** Whether the server has ended the connection with it. */
  readonly isFatal: boolean;

  constructor(message: string, facts: { kind: FailureKind; code?: string; isFatal?: boolean; cause?: unknown }) {
    super(message, { cause: facts.cause });
    this.kind = facts.kind;
    this.code = facts.code;
    this.isFatal = facts.isFatal ?? false;
  }
}

/** What `pg` threw, by its meaning; `isDead` says whether the connection is of no more use. */
export function postgresFailure(error: unknown, isDead: boolean): PostgresFailure {
  if (error instanceof PostgresFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof DatabaseError) {
    const code = error.code ?? '';
    const isFatal = error.severity === 'FATAL' || error.severity === 'PANIC';
    return new PostgresFailure(message, { kind: kindOf(code, isFatal), code, isFatal, cause: error });
  }
  return new PostgresFailure(message, { kind: isDead ? 'gone' : 'other', cause: error });
}

const CONFLICTS = [
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available: lock_timeout ran out
];

const GONE = [
  '25006', // read_only_sql_transaction: a standby
  '25P03', // idle_in_transaction_session_timeout
  '53300', // too_many_connections
  '53400', // configuration_limit_exceeded
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
];

function kindOf(code: string, isFatal: boolean): FailureKind {
  if (CONFLICTS.includes(code)) return 'conflict';
  if (code === '23503' || code === '23505') return 'key'; // foreign_key_violation, unique_violation
  if (code === '53100') return 'full'; // disk_full
  if (code === '57014') return 'slow'; // query_canceled: statement_timeout ran out
  // Class 08 is what poolers answer when they lost their own connection.
  if (GONE.includes(code) || code.startsWith('08') || code.startsWith('57P')) return 'gone';
  return isFatal && !isRefusedLogin(code) ? 'gone' : 'other';
}

/** A wrong password or name: nothing that passes by itself. */
function isRefusedLogin(code: string): boolean {
  return code.startsWith('28') || code.startsWith('3D') || code === '42501';
}

/** Whether the server has no room for one more connection. */
export function isNoRoom(error: unknown): boolean {
  return error instanceof PostgresFailure && (error.code === '53300' || error.code === '53400');
}

/** What callers of the port are told. */
export function asPortError(error: unknown): unknown {
  if (!(error instanceof PostgresFailure)) return error;
  if (error.kind === 'full') return new StorageFull(error.message, { cause: error });
  if (error.kind === 'key' || error.kind === 'other') return error;
  return unavailable(error);
}

export function unavailable(failure: PostgresFailure): DatabaseUnavailable {
  return new DatabaseUnavailable(`The database does not serve: ${failure.message}`, { cause: failure });
}
