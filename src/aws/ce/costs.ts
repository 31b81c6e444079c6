import { type CostLine, costLines } from '../../metering/cost-items.ts';
import { matchesFilter } from '../../metering/match.ts';
import type { GetCostAndUsageRequest, GetCostAndUsageResponse, GroupDefinition, ResultByTime } from '../model/ce.ts';
import type { Call } from '../operation.ts';
import { checkBillingView, checkDimension, checkFilter } from './filter.ts';
import { metricNames, metricsOf } from './metrics.ts';
import { InvalidNextToken, ValidationFailed } from './refusals.ts';
import { intervalOf, periodOf, stretchesOf, unitOf } from './time-period.ts';

const GROUPED_BY_AT_MOST = 2;

/**
 * What the caller's account used and what it costs, by time and by up to two dimensions or tags.
 *
 * @throws ValidationFailed, InvalidNextToken, BillingViewNotFound
 */
export async function costsOf(
  input: Omit<GetCostAndUsageRequest, 'Metrics'> & { readonly Metrics?: readonly string[] },
  { world, principal }: Pick<Call, 'world' | 'principal'>,
  { withResources }: { readonly withResources: boolean },
): Promise<GetCostAndUsageResponse> {
  const { Granularity: granularity, Filter: filter, GroupBy: groupBy = [] } = input;
  const names = metricNames(input.Metrics ?? []);
  const period = periodOf(input.TimePeriod, granularity, world.clock.now());
  if (filter) checkFilter(filter, withResources);
  checkGroups(groupBy, withResources);
  checkBillingView(input.BillingViewArn, principal.account);
  // All that there is comes in one page.
  if (input.NextPageToken !== undefined) throw InvalidNextToken({});

  const lines = await costLines(world, { account: principal.account, ...period, unit: unitOf(period, granularity) });
  const passing = filter ? lines.filter((it) => matchesFilter(it, filter)) : lines;
  const { currency } = world.rules.prices;
  const thisMonth = `${world.clock.now().toISOString().slice(0, 7)}-01`;
  const results = stretchesOf(period, granularity).map((stretch): ResultByTime => {
    const own = passing.filter((it) => it.startsAt >= stretch.from && it.startsAt < stretch.to);
    const interval = intervalOf(stretch, granularity);
    return {
      TimePeriod: interval,
      ...(groupBy.length === 0
        ? { Total: metricsOf(own, names, currency), Groups: [] }
        : { Total: {}, Groups: groupsOf(own, groupBy, (it) => metricsOf(it, names, currency)) }),
      Estimated: interval.End > thisMonth,
    };
  });
  return {
    ...(groupBy.length > 0 && { GroupDefinitions: groupBy }),
    ResultsByTime: results,
    DimensionValueAttributes: attributesOf(passing, groupBy),
  };
}

function checkGroups(groupBy: readonly GroupDefinition[], withResources: boolean): void {
  if (groupBy.length > GROUPED_BY_AT_MOST) {
    throw ValidationFailed({ why: `Can only group by a maximum of ${GROUPED_BY_AT_MOST} groups` });
  }
  for (const { Type, Key = '' } of groupBy) {
    if (Type === 'DIMENSION') checkDimension(Key, withResources);
    else if (Type !== 'TAG' || Key === '') {
      throw ValidationFailed({ why: 'GroupBy should be of type DIMENSION or TAG, and have a Key.' });
    }
  }
}

function groupsOf(
  lines: readonly CostLine[],
  groupBy: readonly GroupDefinition[],
  metrics: (lines: readonly CostLine[]) => NonNullable<ResultByTime['Total']>,
): NonNullable<ResultByTime['Groups']> {
  const groups = Map.groupBy(lines, (line) => JSON.stringify(groupBy.map((it) => keyIn(line, it))));
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([keys, own]) => ({ Keys: JSON.parse(keys) as string[], Metrics: metrics(own) }));
}

/** Tags are written `team$web`, and `team$` of what has no such tag. */
function keyIn({ dimensions, tags }: CostLine, { Type, Key = '' }: GroupDefinition): string {
  return Type === 'TAG' ? `${Key}$${tags.get(Key) ?? ''}` : (dimensions[Key] ?? '');
}

function attributesOf(lines: readonly CostLine[], groupBy: readonly GroupDefinition[]) {
  if (!groupBy.some((it) => it.Key === 'LINKED_ACCOUNT')) return [];
  const names = new Map(lines.map((it) => [it.account, it.dimensions['LINKED_ACCOUNT_NAME'] ?? '']));
  return Array.from(names, ([Value, description]) => ({ Value, Attributes: { description } }));
}
