import type { GetCostAndUsageWithResourcesRequest, GetCostAndUsageWithResourcesResponse } from '../model/ce.ts';
import { operation } from '../operation.ts';
import { costsOf } from './costs.ts';

/** The same by repository: `RESOURCE_ID` is its ARN. API_GetCostAndUsageWithResources. */
export const GetCostAndUsageWithResources = operation<
  GetCostAndUsageWithResourcesRequest,
  GetCostAndUsageWithResourcesResponse
>({
  service: 'ce',
  name: 'GetCostAndUsageWithResources',
  action: 'ce:GetCostAndUsageWithResources',
  resource: () => '*',
  handle: (input, call) => costsOf(input, call, { withResources: true }),
});
