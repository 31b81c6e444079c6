import { type Charge, totalOf } from '../../metering/charges.ts';
import { type CostLine, costLines } from '../../metering/cost-items.ts';
import { matchesFilter } from '../../metering/match.ts';
import { openSignedPosition, signPosition } from '../../signed-position.ts';
import { compare } from '../../values/rational.ts';
import type { GetDimensionValuesRequest } from '../model/ce.ts';
import type { Call } from '../operation.ts';
import { checkBillingView, checkFilter } from './filter.ts';
import { metricNames } from './metrics.ts';
import { InvalidNextToken } from './refusals.ts';
import { spanOf } from './time-period.ts';

type ValuesInput = Omit<GetDimensionValuesRequest, 'Dimension' | 'Context'>;

export interface ValuesPage {
  readonly values: readonly string[];
  /** The account's charges in the period, as far as they pass the filter. */
  readonly lines: readonly CostLine[];
  readonly total: number;
  readonly nextToken: string | undefined;
}

const AT_MOST = 1_000;

/**
 * A page of the values that `valueOf` finds in what the caller's account used in the period: by name, or by cost where the
 * input sorts.
 *
 * @throws ValidationFailed, InvalidNextToken, BillingViewNotFound
 */
export async function valuesPage(
  input: ValuesInput,
  { world, principal }: Pick<Call, 'world' | 'principal'>,
  { what, valuesOf }: { readonly what: readonly string[]; readonly valuesOf: (line: CostLine) => Iterable<string> },
): Promise<ValuesPage> {
  const { Filter: filter, SearchString: search = '', MaxResults: limit = AT_MOST, SortBy: sort = [] } = input;
  const span = spanOf(input.TimePeriod);
  if (filter) checkFilter(filter, true);
  checkBillingView(input.BillingViewArn, principal.account);
  metricNames(sort.length === 0 ? ['UnblendedCost'] : sort.map((it) => it.Key));

  const all = await costLines(world, { account: principal.account, ...span, unit: 'day' });
  const lines = filter ? all.filter((it) => matchesFilter(it, filter)) : all;
  const found = new Map<string, Charge[]>();
  for (const line of lines) for (const it of valuesOf(line)) found.getOrInsertComputed(it, () => []).push(line);
  const matching = [...found].filter(([value]) => value.toLowerCase().includes(search.toLowerCase()));
  const [{ SortOrder: order = 'ASCENDING' } = {}] = sort;
  const values = matching
    .toSorted(([a, ofA], [b, ofB]) => {
      const byName = a < b ? -1 : 1;
      if (sort.length === 0) return byName;
      const byCost = compare(totalOf(ofA), totalOf(ofB));
      return (order === 'DESCENDING' ? -byCost : byCost) || byName;
    })
    .map(([value]) => value);

  const list = ['ce', principal.account, ...what, input.TimePeriod, filter, search, sort];
  const from = positionOf(world.secrets, list, input.NextPageToken);
  const page = values.slice(from, from + limit);
  const isLast = from + page.length >= values.length;
  return {
    values: page,
    lines,
    total: values.length,
    nextToken: isLast ? undefined : signPosition(world.secrets, { list, position: String(from + page.length) }),
  };
}

function positionOf(secrets: Call['world']['secrets'], list: readonly unknown[], token: string | undefined): number {
  if (token === undefined) return 0;
  const position = openSignedPosition(secrets, list, token);
  if (position === undefined) throw InvalidNextToken({});
  return Number(position);
}
