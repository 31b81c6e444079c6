import type { AuditEventRow, AuditResourceRow } from './audit-tables.ts';
import { chunks } from './chunks.ts';
import { insertionOf } from './compiled-once.ts';
import type { Reading, Writing } from './port.ts';
import { runUnawaited } from './unawaited.ts';

/** Enters an event as far as it is known; one that is there already stays as it is. */
export async function addAuditEvent(
  tx: Writing,
  event: AuditEventRow,
  resources: readonly AuditResourceRow[],
): Promise<void> {
  await runUnawaited(
    tx,
    tx
      .insertInto('audit_events')
      .values(event)
      .onConflict((c) => c.column('event_id').doNothing()),
  );
  await addResources(tx, resources);
}

/** Enters events as they ended, also those that were entered before they had. */
export async function putAuditEvents(
  tx: Writing,
  events: readonly AuditEventRow[],
  resources: readonly AuditResourceRow[],
): Promise<void> {
  for (const some of chunks(events, 100)) {
    await runUnawaited(
      tx,
      insertionOf(tx, 'audit_events', some, (it) =>
        it.onConflict((c) =>
          c.column('event_id').doUpdateSet((e) => ({
            record: e.ref('excluded.record'),
            event_name: e.ref('excluded.event_name'),
          })),
        ),
      ),
    );
  }
  await addResources(tx, resources);
}

async function addResources(tx: Writing, resources: readonly AuditResourceRow[]): Promise<void> {
  for (const some of chunks(resources, 100)) {
    await runUnawaited(
      tx,
      insertionOf(tx, 'audit_resources', some, (it) => it.onConflict((c) => c.doNothing())),
    );
  }
}

/** By which attribute events are looked up, in the words of API_LookupAttribute. */
export type AuditAttribute =
  | 'EventId'
  | 'EventName'
  | 'ReadOnly'
  | 'Username'
  | 'ResourceType'
  | 'ResourceName'
  | 'EventSource'
  | 'AccessKeyId';

export interface AuditQuery {
  readonly account: string;
  readonly region: string;
  readonly attribute?: { readonly key: AuditAttribute; readonly value: string } | undefined;
  /** Inclusive, milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The last event of the page before: events come newest first. */
  readonly after?: { readonly at: number; readonly eventId: string } | undefined;
  readonly limit: number;
}

const COLUMNS = {
  EventId: 'event_id',
  EventName: 'event_name',
  Username: 'username',
  EventSource: 'event_source',
  AccessKeyId: 'access_key_id',
} as const;

/** The events that the query asks for, newest first. */
export async function findAuditEvents(tx: Reading, asked: AuditQuery): Promise<AuditEventRow[]> {
  const { account, region, attribute, from, to, after, limit } = asked;
  if (attribute?.key === 'ResourceName') return eventsOfResource(tx, asked, attribute.value);
  let query = tx
    .selectFrom('audit_events as v')
    .selectAll('v')
    .where('v.account', '=', account)
    .where('v.region', '=', region)
    .where('v.at', '>=', from)
    .where('v.at', '<=', after ? Math.min(to, after.at) : to);
  if (after) {
    query = query.where((e) =>
      e.or([e('v.at', '<', after.at), e.and([e('v.at', '=', after.at), e('v.event_id', '<', after.eventId)])]),
    );
  }
  if (attribute?.key === 'ReadOnly') {
    query = query.where('v.read_only', '=', attribute.value === 'true' ? 1 : 0);
  } else if (attribute?.key === 'ResourceType') {
    query = query.where((e) =>
      e.exists(
        e
          .selectFrom('audit_resources as r')
          .select('r.event_id')
          .whereRef('r.event_id', '=', 'v.event_id')
          .where('r.type', '=', attribute.value),
      ),
    );
  } else if (attribute) {
    query = query.where(`v.${COLUMNS[attribute.key]}`, '=', attribute.value);
  }
  return query.orderBy('v.at', 'desc').orderBy('v.event_id', 'desc').limit(limit).execute();
}

/** Those that name a resource: by the index of names, which has them in the order of their time. A name has one type. */
function eventsOfResource(
  tx: Reading,
  { account, region, from, to, after, limit }: AuditQuery,
  name: string,
): Promise<AuditEventRow[]> {
  let query = tx
    .selectFrom('audit_resources as r')
    .innerJoin('audit_events as v', 'v.event_id', 'r.event_id')
    .selectAll('v')
    .where('r.account', '=', account)
    .where('r.region', '=', region)
    .where('r.name', '=', name)
    .where('r.at', '>=', from)
    .where('r.at', '<=', after ? Math.min(to, after.at) : to);
  if (after) {
    query = query.where((e) =>
      e.or([e('r.at', '<', after.at), e.and([e('r.at', '=', after.at), e('r.event_id', '<', after.eventId)])]),
    );
  }
  return query.orderBy('r.at', 'desc').orderBy('r.event_id', 'desc').limit(limit).execute();
}

export async function auditResourcesOf(
  tx: Reading,
  eventIds: readonly string[],
): Promise<Map<string, AuditResourceRow[]>> {
  const found = new Map<string, AuditResourceRow[]>();
  for (const some of chunks(eventIds, 100)) {
    const rows = await tx
      .selectFrom('audit_resources')
      .selectAll()
      .where('event_id', 'in', [...some])
      .orderBy('name')
      .execute();
    for (const row of rows) found.getOrInsertComputed(row.event_id, () => []).push(row);
  }
  return found;
}

/** Removes up to `limit` events that are older than `before`, of reads or of changes; answers how many. */
export async function removeAuditEvents(
  tx: Writing,
  { readOnly, before, limit }: { readonly readOnly: boolean; readonly before: number; readonly limit: number },
): Promise<number> {
  const rows = await tx
    .selectFrom('audit_events')
    .select('event_id')
    .where('read_only', '=', readOnly ? 1 : 0)
    .where('at', '<', before)
    .orderBy('at')
    .limit(limit)
    .execute();
  for (const some of chunks(
    rows.map((it) => it.event_id),
    100,
  )) {
    await tx
      .deleteFrom('audit_resources')
      .where('event_id', 'in', [...some])
      .execute();
    await tx
      .deleteFrom('audit_events')
      .where('event_id', 'in', [...some])
      .execute();
  }
  return rows.length;
}

/** When the event was that has `keep` events of reads behind it; undefined while there are not so many. */
export async function ageOfRead(tx: Reading, keep: number): Promise<number | undefined> {
  const row = await tx
    .selectFrom('audit_events')
    .select('at')
    .where('read_only', '=', 1)
    .orderBy('at', 'desc')
    .offset(keep)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : Number(row.at);
}
