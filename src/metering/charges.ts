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

/**
 * What the usage of the month that begins at `month` costs. It must be all of each account's: tiers and free amounts are
 * counted over the month, and what they come to is shared by usage, so that the charges of any parts add up to those of
 * the whole, exactly.
 */
export function chargesOf(
  usage: readonly Usage[],
  {
    month,
    book,
    accountMonths,
  }: { readonly month: number; readonly book: PriceBook; readonly accountMonths: (account: string) => number },
): Charge[] {
  const monthMs = BigInt(next('month', month) - month);
  const priced = usage.map((it) => ({ ...it, units: unitsIn(it, monthMs), price: priceOf(book, it.region, it.kind) }));
  const totals = new Map<string, Map<Price, bigint>>();
  for (const { account, price, quantity } of priced) {
    const own = totals.getOrInsertComputed(account, () => new Map<Price, bigint>());
    own.set(price, (own.get(price) ?? 0n) + quantity);
  }
  const rates = new Map<string, Map<Price, Rational>>();
  return priced.map(({ price, ...it }) => {
    const rate = rates
      .getOrInsertComputed(it.account, () => new Map<Price, Rational>())
      .getOrInsertComputed(price, () => {
        const units = unitsIn({ kind: it.kind, quantity: totals.get(it.account)?.get(price) ?? 0n }, monthMs);
        return units.n === 0n ? ZERO : divide(costOf(price, units, accountMonths(it.account)), units);
      });
    return { ...it, rate, cost: multiply(it.units, rate) };
  });
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
