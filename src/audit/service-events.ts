import type { Listening } from '../events/emit-event.ts';
import { tellOfEntries } from '../events/tell-of-entries.ts';
import { putAuditEvents } from '../storage/metadata/audit.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { ServiceEvent } from '../values/service-event.ts';
import type { World } from '../world.ts';
import { typeOf } from './cloud-trail.ts';

const SOURCE = 'ecr.amazonaws.com';
const INTERNAL = 'AWS Internal';

/**
 * Enters what the registry does by itself in the audit trail and tells whoever listens, in the transaction in which it
 * does it. Answers the records for `World.fileRecords`, to be called once that has committed. `listeners`: those in the
 * one registry of the events, where they were asked for before.
 */
export async function addServiceEvents(
  tx: Writing,
  world: Pick<World, 'clock' | 'ids'>,
  events: readonly ServiceEvent[],
  listeners?: readonly Listening[],
): Promise<string[]> {
  const records = events.map((it) => JSON.stringify(serviceRecord(it)));
  const rows = events.map(({ id: event_id, name: event_name, registry, at }, i) => ({
    event_id,
    ...registry,
    at: at.getTime(),
    event_name,
    event_source: SOURCE,
    read_only: 1,
    username: null,
    access_key_id: null,
    record: records[i] ?? '',
  }));
  const resources = events.map(({ id: event_id, resource, registry, at }) => ({
    event_id,
    type: typeOf(resource),
    name: resource,
    ...registry,
    at: at.getTime(),
  }));
  if (rows.length === 0) return [];
  await putAuditEvents(tx, rows, resources);
  await tellOfEntries(tx, world, rows, listeners && (() => Promise.resolve(listeners)));
  return records;
}

/** "Understanding Amazon ECR log file entries": the samples of lifecycle policies say `readOnly`. */
function serviceRecord({ id, at, name, registry, resource, details }: ServiceEvent): Record<string, unknown> {
  return {
    eventVersion: '1.11',
    userIdentity: { accountId: registry.account, invokedBy: INTERNAL },
    eventTime: `${at.toISOString().slice(0, 19)}Z`,
    eventSource: SOURCE,
    eventName: name,
    awsRegion: registry.region,
    sourceIPAddress: INTERNAL,
    userAgent: INTERNAL,
    requestParameters: null,
    responseElements: null,
    eventID: id,
    readOnly: true,
    resources: [{ ARN: resource, accountId: registry.account, type: typeOf(resource) }],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: registry.account,
    serviceEventDetails: details,
    eventCategory: 'Management',
  };
}
