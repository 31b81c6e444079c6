import type { GetCostAndUsageRequest, GetCostAndUsageResponse } from '../model/ce.ts';
import { operation } from '../operation.ts';
import { costsOf } from './costs.ts';

/** What the caller's account used and what it costs. API_GetCostAndUsage. */
export const GetCostAndUsage = operation<GetCostAndUsageRequest, GetCostAndUsageResponse>({
  service: 'ce',
  name: 'GetCostAndUsage',
  action: 'ce:GetCostAndUsage',
  resource: () => '*',
  handle: (input, call) => costsOf(input, call, { withResources: false }),
});
