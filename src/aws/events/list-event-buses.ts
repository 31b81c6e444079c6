import { busArnOf } from '../../events/event-bus.ts';
import { DEFAULT_BUS } from '../../values/event-arn.ts';
import type { ListEventBusesRequest, ListEventBusesResponse } from '../model/events.ts';
import { operation } from '../operation.ts';

/** Lists the one bus that there is. API_ListEventBuses. */
export const ListEventBuses = operation<ListEventBusesRequest, ListEventBusesResponse>({
  service: 'events',
  name: 'ListEventBuses',
  action: 'events:ListEventBuses',
  resource: () => '*',

  async handle({ NamePrefix = '' }, { registry }) {
    const bus = { Name: DEFAULT_BUS, Arn: busArnOf(registry) };
    return { EventBuses: bus.Name.startsWith(NamePrefix) ? [bus] : [] };
  },
});
