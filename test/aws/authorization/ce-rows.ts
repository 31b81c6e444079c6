import { type Rows, rowsOf } from './rows.ts';

const TimePeriod = { Start: '2026-01-01', End: '2026-01-02' };

/** Cost Explorer: Service Authorization Reference, all on `*`. */
export const CE_ROWS: Rows = rowsOf('ce', {
  GetCostAndUsage: { on: '*', input: { TimePeriod } },
  GetCostAndUsageWithResources: { on: '*', input: { TimePeriod } },
  GetDimensionValues: { on: '*', input: { TimePeriod } },
  GetTags: { on: '*', input: { TimePeriod } },
  GetCostForecast: { on: '*', input: { TimePeriod } },
});
