import { busArnOf, mustBeDefaultBus } from '../../events/event-bus.ts';
import { DEFAULT_BUS } from '../../values/event-arn.ts';
import type { DescribeEventBusRequest, DescribeEventBusResponse } from '../model/events.ts';
import { operation } from '../operation.ts';

/** Shows the default bus. API_DescribeEventBus. */
export const DescribeEventBus = operation<DescribeEventBusRequest, DescribeEventBusResponse>({
  service: 'events',
  name: 'DescribeEventBus',
  action: 'events:DescribeEventBus',
  resource: ({ Name }, { registry }) => busArnOf(registry, Name),

  async handle({ Name }, { registry }) {
    mustBeDefaultBus(registry, Name);
    return { Name: DEFAULT_BUS, Arn: busArnOf(registry) };
  },
});
