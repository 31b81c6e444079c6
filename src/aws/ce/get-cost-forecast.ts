import { totalOf } from '../../metering/charges.ts';
import { accountNames, tagsByRepository, withDimensions } from '../../metering/cost-items.ts';
import { forecastOf } from '../../metering/forecast.ts';
import { matchesFilter } from '../../metering/match.ts';
import { floorTo } from '../../metering/plan.ts';
import { toDecimal } from '../../values/rational.ts';
import type { GetCostForecastRequest, GetCostForecastResponse } from '../model/ce.ts';
import { operation } from '../operation.ts';
import { checkBillingView, checkFilter } from './filter.ts';
import { PLACES } from './metrics.ts';
import { DataUnavailable, ValidationFailed } from './refusals.ts';
import { intervalOf, spanOf, stretchesOf } from './time-period.ts';

const DAY = 24 * 3_600_000;
const AHEAD_MS = { DAILY: 93 * DAY, MONTHLY: 18 * 31 * DAY, HOURLY: 0 } as const;

/**
 * What the account is going to pay if it goes on as it is. Storage is taken to stay as it is, so both ends of an interval
 * that is asked for are the mean. API_GetCostForecast.
 */
export const GetCostForecast = operation<GetCostForecastRequest, GetCostForecastResponse>({
  service: 'ce',
  name: 'GetCostForecast',
  action: 'ce:GetCostForecast',
  resource: () => '*',

  async handle(input, { world, principal }) {
    const { Granularity: granularity, Metric: metric, Filter: filter } = input;
    const { account } = principal;
    const now = world.clock.now().getTime();
    const span = spanOf(input.TimePeriod);
    if (granularity === 'HOURLY') throw ValidationFailed({ why: 'A forecast is DAILY or MONTHLY.' });
    if (span.from < floorTo('day', now)) throw ValidationFailed({ why: 'Start date must not be before today.' });
    if (span.to > now + AHEAD_MS[granularity]) {
      throw ValidationFailed({ why: `End date is too far ahead for a ${granularity} forecast.` });
    }
    if (metric === 'USAGE_QUANTITY' || metric === 'NORMALIZED_USAGE_AMOUNT') {
      throw ValidationFailed({ why: `${metric} is no cost.` });
    }
    if (filter) checkFilter(filter);
    checkBillingView(input.BillingViewArn, account);

    const charges = await forecastOf(world, { account, ...span });
    if (charges === undefined) throw DataUnavailable({});
    const naming = { names: await accountNames(world), tags: await tagsByRepository(world, account) };
    const passing = charges.filter((it) => !filter || matchesFilter(withDimensions(it, naming), filter));
    const { currency } = world.rules.prices;
    const asked = input.PredictionIntervalLevel !== undefined;
    return {
      Total: { Amount: toDecimal(totalOf(passing), PLACES), Unit: currency },
      ForecastResultsByTime: stretchesOf(span, granularity).map((stretch) => {
        const own = passing.filter((it) => it.startsAt >= stretch.from && it.startsAt < stretch.to);
        const mean = toDecimal(totalOf(own), PLACES);
        return {
          TimePeriod: intervalOf(stretch, granularity),
          MeanValue: mean,
          ...(asked && { PredictionIntervalLowerBound: mean, PredictionIntervalUpperBound: mean }),
        };
      }),
    };
  },
});
