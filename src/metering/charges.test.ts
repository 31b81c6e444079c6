import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { USAGE_KINDS } from '../values/price-book.ts';
import { add, compare, rational, toDecimal } from '../values/rational.ts';
import { chargesOf, totalOf } from './charges.ts';
import { costOf } from './price.ts';
import { PUBLISHED_PRICES } from './published-prices.ts';
import { parsePrices } from './read-prices.ts';
import type { Usage } from './read-usage.ts';

const GB = 2n ** 30n;
const NOVEMBER = Date.UTC(2026, 10);
const MONTH = 30n * 86_400_000n;
const pricing = { month: NOVEMBER, book: PUBLISHED_PRICES, accountMonths: () => 20 };

function used(kind: Usage['kind'], quantity: bigint, repositoryName = 'app'): Usage {
  const where = { account: '123456789012', region: 'us-east-1', repositoryName, operation: '' };
  return { ...where, kind, startsAt: NOVEMBER, endsAt: NOVEMBER + Number(MONTH), quantity };
}

const usage = fc.record({
  account: fc.constantFrom('111111111111', '222222222222'),
  region: fc.constantFrom('us-east-1', 'eu-central-1'),
  repositoryName: fc.constantFrom('', 'app', 'web'),
  kind: fc.constantFrom(...USAGE_KINDS),
  operation: fc.constant(''),
  startsAt: fc.constant(NOVEMBER),
  endsAt: fc.constant(NOVEMBER + Number(MONTH)),
  quantity: fc.bigInt(0n, 10n ** 24n),
});

describe('charges', () => {
  test('of repositories add up to those of their accounts, exactly', () => {
    const additive = fc.property(fc.array(usage, { maxLength: 30 }), (all) => {
      const charges = chargesOf(all, all, pricing);
      for (const account of ['111111111111', '222222222222']) {
        for (const kind of USAGE_KINDS) {
          const own = charges.filter((it) => it.account === account && it.kind === kind);
          const units = own.reduce((sum, it) => add(sum, it.units), rational(0));
          expect(totalOf(own)).toEqual(costOf(PUBLISHED_PRICES.prices[kind], units, 20));
        }
      }
      const parts = [...Map.groupBy(charges, (it) => it.repositoryName).values()].map(totalOf);
      expect(parts.reduce(add, rational(0))).toEqual(totalOf(charges));
    });
    fc.assert(additive, { numRuns: 200 });
  });

  test('do not fall when more is used', () => {
    const monotone = fc.property(fc.array(usage, { minLength: 1, maxLength: 10 }), usage, (some, one) => {
      const more = [...some, one];
      expect(
        compare(totalOf(chargesOf(some, some, pricing)), totalOf(chargesOf(more, more, pricing))),
      ).toBeLessThanOrEqual(0);
    });
    fc.assert(monotone, { numRuns: 200 });
  });

  test('are what the price list says', () => {
    const all = [
      used('storage', 50n * GB * MONTH),
      used('archive-storage', 10n * GB * MONTH),
      used('transfer-internet', 1_100n * GB),
      used('transfer-other-region', 7n * GB),
      used('transfer-same-region', 999n * GB),
      used('requests', 1_000_000n),
    ];
    const costs = chargesOf(all, all, pricing).map((it) => toDecimal(it.cost, 10));
    expect(costs).toEqual(['5', '1', '90', '0.07', '0', '0']);
    const [first] = chargesOf(all, all, { ...pricing, accountMonths: () => 0 });
    expect(first && toDecimal(first.cost, 10)).toBe('4.951171875');
  });
});

describe('a price book', () => {
  test('prices what it names, and leaves the rest as published', () => {
    const text = JSON.stringify({
      currency: 'EUR',
      prices: { storage: { tiers: [{ upTo: '10', price: '0.2' }, { price: '0.1' }] } },
      regions: { 'eu-central-1': { storage: { tiers: [{ price: '0.3' }] } } },
    });
    const book = parsePrices(text, 'prices.json');
    expect(book.currency).toBe('EUR');
    expect(book.prices.requests).toBe(PUBLISHED_PRICES.prices.requests);
    const [charge] = chargesOf([used('storage', 20n * GB * MONTH)], [used('storage', 20n * GB * MONTH)], {
      ...pricing,
      book,
    });
    expect(charge && toDecimal(charge.cost, 10)).toBe('3');
  });

  test.each([
    ['{', /are no JSON/],
    ['{"price":{}}', /BERTH_PRICES\) are none: price/],
    ['{"prices":{"storage":{"tiers":[]}}}', /prices.storage.tiers/],
    ['{"prices":{"storage":{"tiers":[{"price":0.1}]}}}', /prices.storage.tiers.0.price should be/],
    ['{"prices":{"storage":{"tiers":[{"price":"0.1"},{"price":"0.2"}]}}}', /tiers that each end behind/],
    ['{"prices":{"storage":{"tiers":[{"upTo":"5","price":"0.1"}]}}}', /tiers that each end behind/],
    ['{"currency":"dollars"}', /currency should be three capital letters/],
  ])('that is none is refused, and says where: %s', (text, why) => {
    expect(() => parsePrices(text, 'prices.json')).toThrow(why);
  });
});
