import type { StorageClass } from '../values/change.ts';
import type { Price, PriceBook, UsageKind } from '../values/price-book.ts';
import {
  add,
  compare,
  least,
  multiply,
  parseDecimal,
  type Rational,
  rational,
  subtract,
  toDecimal,
  ZERO,
} from '../values/rational.ts';

/** A GB as Amazon counts it: 2^30 bytes. */
const GB = 2n ** 30n;

/** What `kind` costs in the region. The same object for all regions that share its tiers. */
export function priceOf({ prices, regions }: PriceBook, region: string, kind: UsageKind): Price {
  return regions[region]?.[kind] ?? prices[kind];
}

/**
 * What `units` of one month cost an account that has been there for `accountMonths`: what is free first, then tier by
 * tier. Exact, never less for more units.
 */
export function costOf({ free, tiers }: Price, units: Rational, accountMonths: number): Rational {
  const isFree = free !== undefined && (free.months === undefined || accountMonths < free.months);
  const billed = isFree ? subtract(units, least(units, parseDecimal(free.units))) : units;
  let cost = ZERO;
  let from = ZERO;
  for (const { upTo, price } of tiers) {
    const to = upTo === undefined ? billed : least(billed, parseDecimal(upTo));
    if (compare(to, from) <= 0) break;
    cost = add(cost, multiply(subtract(to, from), parseDecimal(price)));
    from = to;
  }
  return cost;
}

export interface StoredBytes {
  readonly region: string;
  readonly storageClass: StorageClass;
  /** How much is asked about. */
  readonly bytes: bigint | number;
  /** What the account stores in this class besides: it decides which tier the bytes fall in. Nothing where not said. */
  readonly beside?: bigint | number;
}

export interface MonthlyCost {
  /** A decimal with up to ten places. */
  readonly amount: string;
  readonly currency: string;
}

/**
 * What it costs to store bytes for a month, beside what the account stores already: what is saved when they go. Free
 * amounts are left out: they are for the first year, and for the first bytes.
 */
export function costOfBytes(book: PriceBook, { region, storageClass, bytes, beside = 0 }: StoredBytes): MonthlyCost {
  const { tiers } = priceOf(book, region, storageClass === 'ARCHIVE' ? 'archive-storage' : 'storage');
  const before = rational(BigInt(beside), GB);
  const after = add(before, rational(BigInt(bytes), GB));
  const cost = subtract(costOf({ tiers }, after, 0), costOf({ tiers }, before, 0));
  return { amount: toDecimal(cost, 10), currency: book.currency };
}
