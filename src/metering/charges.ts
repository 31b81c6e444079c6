import type { Price, PriceBook, UsageKind } from '../values/price-book.ts';
import { add, divide, multiply, type Rational, rational, ZERO } from '../values/rational.ts';
import { next } from './plan.ts';
import { costOf, priceOf } from './price.ts';
import type { Usage } from './read-usage.ts';

/** What was used, and what it costs. */
export interface Charge extends Usage {
  /** In the unit that its price is for: GB-months, GB, or a number. */
  readonly units: Rational;
  readonly cost: Rational;
  /** What one unit costs: the account's cost of this kind in the month by all that it used of it. */
  readonly rate: Rational;
}

const GB = 2n ** 30n;

/** The unit that a kind is priced in, as statements write it. */
export function unitOf(kind: UsageKind): 'GB-Mo' | 'GB' | 'Requests' | 'Scans' {
  if (kind === 'requests') return 'Requests';
  if (kind === 'scans') return 'Scans';
  return isStorage(kind) ? 'GB-Mo' : 'GB';
}

/** Whether it is counted by the time that bytes are there. */
export function isStorage(kind: UsageKind): boolean {
  return kind === 'storage' || kind === 'archive-storage' || kind === 'archive-early-delete';
}

/** How a month is priced. */
export interface Pricing {
  /** When it begins. */
  readonly month: number;
  readonly book: PriceBook;
  readonly accountMonths: (account: string) => number;
}

/**
 * What `usage` costs, some or all of `ofMonth`, which is all that the same accounts used in the month: tiers and free
 * amounts are counted over the month, and what they come to is shared by usage, so that the charges of any parts add up to
 * those of the whole, exactly.
 */
export function chargesOf(usage: readonly Usage[], ofMonth: readonly Usage[], pricing: Pricing): Charge[] {
  const { month, book } = pricing;
  const monthMs = BigInt(next('month', month) - month);
  const rates = ratesOf(ofMonth, pricing, monthMs);
  return usage.map((it) => {
    const units = unitsIn(it, monthMs);
    const rate = rates.get(it.account)?.get(priceOf(book, it.region, it.kind)) ?? ZERO;
    return { ...it, units, rate, cost: multiply(units, rate) };
  });
}

/** What a unit costs each account, by the price that it is counted under. */
function ratesOf(
  ofMonth: readonly Usage[],
  { book, accountMonths }: Pricing,
  monthMs: bigint,
): Map<string, Map<Price, Rational>> {
  const totals = new Map<string, Map<Price, Rational>>();
  for (const it of ofMonth) {
    const own = totals.getOrInsertComputed(it.account, () => new Map<Price, Rational>());
    const price = priceOf(book, it.region, it.kind);
    own.set(price, add(own.get(price) ?? ZERO, unitsIn(it, monthMs)));
  }
  for (const [account, own] of totals) {
    for (const [price, units] of own) {
      own.set(price, units.n === 0n ? ZERO : divide(costOf(price, units, accountMonths(account)), units));
    }
  }
  return totals;
}

function unitsIn({ kind, quantity }: Pick<Usage, 'kind' | 'quantity'>, monthMs: bigint): Rational {
  switch (unitOf(kind)) {
    case 'GB-Mo':
      return rational(quantity, GB * monthMs);
    case 'GB':
      return rational(quantity, GB);
    default:
      return rational(quantity);
  }
}

export function totalOf(charges: Iterable<Pick<Charge, 'cost'>>): Rational {
  let total = ZERO;
  for (const { cost } of charges) total = add(total, cost);
  return total;
}
