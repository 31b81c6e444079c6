import type { AuditEventRow } from '../storage/metadata/audit-tables.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { Json } from '../values/event.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { type EmittedEvent, type Listening, listenersIn, tell } from './emit-event.ts';

const SERVICE_EVENT = 'AWS Service Event via CloudTrail';

/**
 * Tells whoever listens of what is entered in the audit trail, calls and what the registry does by itself: EventBridge's
 * `AWS API Call via CloudTrail` and `AWS Service Event via CloudTrail`. Of calls that change nothing only rules are told
 * that ask for all management events. Who listens may have been asked before.
 */
export async function tellOfEntries(
  tx: Writing,
  world: Pick<World, 'clock' | 'ids'>,
  entries: readonly AuditEventRow[],
  askListeners: (registry: RegistryId) => Promise<readonly Listening[]> = (registry) => listenersIn(tx, registry),
): Promise<void> {
  const byRegistry = Map.groupBy(entries, (it) => `${it.account}/${it.region}`);
  for (const [first, ...more] of byRegistry.values()) {
    if (!first) continue;
    const all = await askListeners({ account: first.account, region: first.region });
    if (all.length === 0) continue;
    const thorough = all.filter((it) => it.hearsReads);
    for (const entry of [first, ...more]) {
      const event = eventOf(entry);
      // Runs of lifecycle policies say `readOnly`, and are told of all the same: "you may already be receiving read-only
      // management events, if those events don't start with Describe, Get, or List".
      const isQuiet = entry.read_only === 1 && event.detailType !== SERVICE_EVENT;
      await tell(tx, world, { event, listeners: isQuiet ? thorough : all });
    }
  }
}

function eventOf({ event_id, event_source, at, account, region, record }: AuditEventRow): EmittedEvent {
  // Written by the audit trail alone.
  const detail = JSON.parse(record) as Readonly<Record<string, Json>>;
  return {
    id: event_id,
    source: `aws.${event_source.replace(/\.amazonaws\.com$/, '')}`,
    detailType: detail['eventType'] === 'AwsServiceEvent' ? SERVICE_EVENT : 'AWS API Call via CloudTrail',
    time: new Date(Number(at)),
    registry: { account, region },
    resources: [],
    detail,
  };
}
