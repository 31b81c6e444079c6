import type { AuditEventRow, AuditResourceRow } from '../storage/metadata/audit-tables.ts';
import type { Act } from './act.ts';
import { accountOf, cloudTrailRecord, typeOf, usernameOf } from './cloud-trail.ts';
import { isReadOnly } from './read-only.ts';

/** A record of an act, as an account has it. */
export interface AccountRecord {
  readonly eventId: string;
  /** Undefined for the record of somebody who was refused before he was known. */
  readonly account: string | undefined;
  /** JSON. */
  readonly text: string;
}

/** What of an act the database keeps. */
export interface AuditRows {
  readonly events: readonly AuditEventRow[];
  readonly resources: readonly AuditResourceRow[];
}

/**
 * The caller's account has one record, and so has that of a resource that another account owns; who was refused before
 * he was known has a record that belongs to no account.
 */
export function recordsOf(act: Act): AccountRecord[] {
  const caller = callerOf(act);
  if (caller === undefined) return [recordFor(act, undefined, act.eventId)];
  const strangers = act.resources.filter((it) => it.startsWith('arn:')).map(accountOf);
  const owners = strangers.length === 0 ? [] : strangers.filter((it) => it !== caller && /^[0-9]{12}$/.test(it));
  if (owners.length === 0) return [recordFor(act, caller, act.eventId)];
  return [caller, ...new Set(owners)].map((account, i) => {
    // Ids are derived, not drawn: the same act recorded again, as it ended, has the same ones.
    const eventId = i === 0 ? act.eventId : `${act.eventId.slice(0, -2)}${i.toString(16).padStart(2, '0')}`;
    return recordFor(act, account, eventId, act.eventId);
  });
}

function recordFor(act: Act, account: string | undefined, eventId: string, sharedEventId?: string): AccountRecord {
  return {
    eventId,
    account,
    text: JSON.stringify(cloudTrailRecord(act, { recipient: account, eventId, sharedEventId })),
  };
}

/** The rows of the records that belong to an account. */
export function rowsOf(act: Act, records: readonly AccountRecord[]): AuditRows {
  const common = {
    region: act.region ?? '',
    at: act.at.getTime(),
    event_name: act.name ?? '',
    event_source: act.source,
    read_only: isReadOnly(act.name ?? '') ? 1 : 0,
    username: act.webIdentity?.subject ?? usernameOf(act.principal),
    access_key_id: act.principal?.accessKeyId ?? null,
  };
  const arns = [...new Set(act.resources.filter((it) => it.startsWith('arn:')))];
  const events: AuditEventRow[] = [];
  const resources: AuditResourceRow[] = [];
  for (const { eventId: event_id, account, text: record } of records) {
    if (account === undefined) continue;
    events.push({ event_id, account, record, ...common });
    const { region, at } = common;
    for (const name of arns) resources.push({ event_id, type: typeOf(name), name, account, region, at });
  }
  return { events, resources };
}

/** The account to which the caller belongs, or which he came to with a token; undefined of nobody known. */
export function callerOf({ principal, webIdentity }: Pick<Act, 'principal' | 'webIdentity'>): string | undefined {
  return principal?.account ?? webIdentity?.account;
}
