import type { Operation } from '../operation.ts';
import { GetCostAndUsage } from './get-cost-and-usage.ts';
import { GetCostAndUsageWithResources } from './get-cost-and-usage-with-resources.ts';
import { GetCostForecast } from './get-cost-forecast.ts';
import { GetDimensionValues } from './get-dimension-values.ts';
import { GetTags } from './get-tags.ts';

/** The operations of Cost Explorer that this door answers. */
export const CE_OPERATIONS: readonly Operation[] = [
  GetCostAndUsage,
  GetCostAndUsageWithResources,
  GetDimensionValues,
  GetTags,
  GetCostForecast,
];
