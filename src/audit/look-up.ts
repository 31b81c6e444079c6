import { type AuditAttribute, type AuditQuery, auditResourcesOf, findAuditEvents } from '../storage/metadata/audit.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

export interface LookUp {
  readonly registry: RegistryId;
  readonly attribute?: { readonly key: AuditAttribute; readonly value: string } | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly after?: AuditQuery['after'];
  readonly limit: number;
}

export interface FoundEvent {
  readonly eventId: string;
  readonly name: string;
  readonly source: string;
  readonly readOnly: boolean;
  readonly at: Date;
  readonly username: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly resources: readonly { readonly type: string; readonly name: string }[];
  /** The whole record, JSON. */
  readonly record: string;
}

/** What was done in an account and region, newest first, within the 90 days that are kept. API_LookupEvents. */
export function lookUpEvents(
  world: Pick<World, 'metadata' | 'clock'>,
  { registry, attribute, from, to, after, limit }: LookUp,
): Promise<FoundEvent[]> {
  return world.metadata.read(async (tx) => {
    const rows = await findAuditEvents(tx, {
      ...registry,
      attribute,
      from: from?.getTime() ?? 0,
      to: (to ?? world.clock.now()).getTime(),
      after,
      limit,
    });
    const resources = await auditResourcesOf(
      tx,
      rows.map((it) => it.event_id),
    );
    return rows.map((row) => ({
      eventId: row.event_id,
      name: row.event_name,
      source: row.event_source,
      readOnly: row.read_only === 1,
      at: new Date(Number(row.at)),
      username: row.username ?? undefined,
      accessKeyId: row.access_key_id ?? undefined,
      resources: (resources.get(row.event_id) ?? []).map(({ type, name }) => ({ type, name })),
      record: row.record,
    }));
  });
}
