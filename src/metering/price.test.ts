import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Price } from '../values/price-book.ts';
import { add, compare, parseDecimal, rational, toDecimal, ZERO } from '../values/rational.ts';
import { costOf, costOfBytes, priceOf } from './price.ts';
import { PUBLISHED_PRICES } from './published-prices.ts';

const GB = 2 ** 30;
const tiered: Price = {
  free: { units: '10', months: 12 },
  tiers: [{ upTo: '100', price: '0.09' }, { upTo: '200', price: '0.05' }, { price: '0.01' }],
};

describe('tiers are counted over the month', () => {
  test.each([
    ['5', 0, '0'],
    ['10', 11, '0'],
    ['11', 0, '0.09'],
    ['11', 12, '0.99'],
    ['110', 0, '9'],
    ['111', 0, '9.05'],
    ['310', 0, '15'],
  ])('%s units in month %i of an account cost %s', (units, months, cost) => {
    expect(toDecimal(costOf(tiered, parseDecimal(units), months), 10)).toBe(cost);
  });

  test('more never costs less, and never more than the dearest tier', () => {
    const units = fc.bigInt(0n, 10n ** 15n).map((it) => rational(it, 10n ** 9n));
    const monotone = fc.property(units, units, (a, b) => {
      const [cheap, dear] = [costOf(tiered, a, 24), costOf(tiered, add(a, b), 24)];
      expect(compare(cheap, dear)).toBeLessThanOrEqual(0);
      expect(compare(dear, add(cheap, { n: b.n * 9n, d: b.d * 100n }))).toBeLessThanOrEqual(0);
    });
    fc.assert(monotone, { numRuns: 1_000 });
  });
});

test('nothing costs nothing, by every price that is published', () => {
  for (const price of Object.values(PUBLISHED_PRICES.prices)) expect(costOf(price, ZERO, 0)).toEqual(ZERO);
});

test('a region with prices of its own is asked for them, the others for those of all', () => {
  const own: Price = { tiers: [{ price: '0.2' }] };
  const book = { ...PUBLISHED_PRICES, regions: { 'eu-central-1': { storage: own } } };
  expect(priceOf(book, 'eu-central-1', 'storage')).toBe(own);
  expect(priceOf(book, 'eu-central-1', 'requests')).toBe(PUBLISHED_PRICES.prices.requests);
  expect(priceOf(book, 'us-east-1', 'storage')).toBe(PUBLISHED_PRICES.prices.storage);
});

describe('what bytes cost for a month', () => {
  test('is the price of their class, without what is free', () => {
    expect(costOfBytes(PUBLISHED_PRICES, { region: 'us-east-1', storageClass: 'STANDARD', bytes: 5 * GB })).toEqual({
      amount: '0.5',
      currency: 'USD',
    });
  });

  test('falls in the tier that the bytes beside them have reached', () => {
    const archived = { region: 'us-east-1', storageClass: 'ARCHIVE', bytes: 2 * GB } as const;
    const nearly = 153_599 * GB;
    expect(costOfBytes(PUBLISHED_PRICES, archived).amount).toBe('0.2');
    expect(costOfBytes(PUBLISHED_PRICES, { ...archived, beside: nearly }).amount).toBe('0.17');
    expect(costOfBytes(PUBLISHED_PRICES, { ...archived, beside: nearly + GB }).amount).toBe('0.14');
  });
});
