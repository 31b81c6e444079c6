import { busArnOf, mustBeDefaultBus } from '../../events/event-bus.ts';
import { putEvents } from '../../events/put-events.ts';
import { authorize } from '../../identity/authorize.ts';
import type { PutEventsRequest, PutEventsRequestEntry, PutEventsResponse } from '../model/events.ts';
import { ASKS_ITSELF, type Call, operation } from '../operation.ts';

/** Tells of events of the account's own. Each entry is asked for: they may differ in what policies look at. API_PutEvents. */
export const PutEvents = operation<PutEventsRequest, PutEventsResponse>({
  service: 'events',
  name: 'PutEvents',
  action: ASKS_ITSELF,
  resource: () => '*',

  async handle({ Entries }, call) {
    for (const entry of Entries) await ask(entry, call);
    for (const { EventBusName } of Entries) mustBeDefaultBus(call.registry, EventBusName);
    const outcomes = await putEvents(call.world, call.registry, Entries);
    return { FailedEntryCount: outcomes.filter((it) => 'ErrorCode' in it).length, Entries: outcomes };
  },
});

function ask({ EventBusName, Source, DetailType }: PutEventsRequestEntry, call: Call): Promise<void> {
  const resources = [busArnOf(call.registry, EventBusName)];
  call.act.resources = resources;
  return authorize(call.world, call.caller, {
    action: 'events:PutEvents',
    resources,
    conditions: [
      ...(Source === undefined ? [] : [['events:source', Source] as const]),
      ...(DetailType === undefined ? [] : [['events:detail-type', DetailType] as const]),
    ],
  });
}
