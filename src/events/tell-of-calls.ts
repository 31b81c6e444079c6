import type { AuditEventRow } from '../storage/metadata/audit-tables.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { Json } from '../values/event.ts';
import type { World } from '../world.ts';
import { listenersIn, tell } from './emit-event.ts';

/**
 * Tells whoever listens of calls, as they are entered in the audit trail: EventBridge's `AWS API Call via CloudTrail`.
 * Of calls that change nothing only rules are told that ask for all management events.
 */
export async function tellOfCalls(
  tx: Writing,
  world: Pick<World, 'clock' | 'ids'>,
  calls: readonly AuditEventRow[],
): Promise<void> {
  const byRegistry = Map.groupBy(calls, (it) => `${it.account}/${it.region}`);
  for (const [first, ...more] of byRegistry.values()) {
    if (!first) continue;
    const registry = { account: first.account, region: first.region };
    const all = await listenersIn(tx, registry);
    if (all.length === 0) continue;
    const thorough = all.filter((it) => it.hearsReads);
    for (const call of [first, ...more]) {
      const event = {
        id: call.event_id,
        source: `aws.${call.event_source.replace(/\.amazonaws\.com$/, '')}`,
        detailType: 'AWS API Call via CloudTrail',
        time: new Date(Number(call.at)),
        registry,
        resources: [],
        // Written by the audit trail alone.
        detail: JSON.parse(call.record) as Readonly<Record<string, Json>>,
      };
      await tell(tx, world, { event, listeners: call.read_only === 1 ? thorough : all });
    }
  }
}
