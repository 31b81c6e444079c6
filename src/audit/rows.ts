import type { AuditEventRow, AuditResourceRow } from '../storage/metadata/audit-tables.ts';
import type { Act } from './act.ts';
import { accountOf, type CloudTrailRecord, cloudTrailRecord, typeOf, usernameOf } from './cloud-trail.ts';

/** What an act leaves: its lines, and its rows for those accounts that it concerns. */
export interface Recorded {
  readonly records: readonly CloudTrailRecord[];
  readonly events: readonly AuditEventRow[];
  readonly resources: readonly AuditResourceRow[];
}

/**
 * The caller's account has one record, and so has that of a resource that another account owns; who was refused before
 * he was known has a line that belongs to no account.
 */
export function recordedOf(act: Act): Recorded {
  const caller = callerOf(act);
  const arns = act.resources.filter((it) => it.startsWith('arn:'));
  const owners = new Set(arns.map(accountOf).filter((it) => /^[0-9]{12}$/.test(it) && it !== caller));
  const recipients = caller === undefined ? [] : [caller, ...owners];
  if (recipients.length === 0) {
    return {
      records: [cloudTrailRecord(act, { recipient: undefined, eventId: act.eventId })],
      events: [],
      resources: [],
    };
  }
  const sharedEventId = recipients.length > 1 ? act.eventId : undefined;
  const seen = recipients.map((recipient, i) => {
    // Ids are derived, not drawn: the same act recorded again, as it ended, has the same ones.
    const eventId = i === 0 ? act.eventId : `${act.eventId.slice(0, -2)}${i.toString(16).padStart(2, '0')}`;
    return { recipient, eventId, record: cloudTrailRecord(act, { recipient, sharedEventId, eventId }) };
  });
  return {
    records: seen.map((it) => it.record),
    events: seen.map(({ recipient, eventId, record }) => eventRow(act, recipient, eventId, record)),
    resources: seen.flatMap(({ recipient, eventId }) =>
      [...new Set(arns)].map((arn) => ({
        event_id: eventId,
        type: typeOf(arn),
        name: arn,
        account: recipient,
        region: act.region ?? '',
        at: act.at.getTime(),
      })),
    ),
  };
}

/** The account to which the caller belongs, or which he came to with a token; undefined of nobody known. */
export function callerOf({ principal, webIdentity }: Pick<Act, 'principal' | 'webIdentity'>): string | undefined {
  return principal?.account ?? webIdentity?.account;
}

function eventRow(act: Act, account: string, eventId: string, record: CloudTrailRecord): AuditEventRow {
  return {
    event_id: eventId,
    account,
    region: act.region ?? '',
    at: act.at.getTime(),
    event_name: act.name ?? '',
    event_source: act.source,
    read_only: record['readOnly'] === true ? 1 : 0,
    username: act.webIdentity?.subject ?? usernameOf(act.principal),
    access_key_id: act.principal?.accessKeyId ?? null,
    record: JSON.stringify(record),
  };
}
