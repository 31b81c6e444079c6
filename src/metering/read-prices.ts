import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { CannotStart } from '../installation/cannot-start.ts';
import { type PriceBook, USAGE_KINDS } from '../values/price-book.ts';
import { compare, parseDecimal, ZERO } from '../values/rational.ts';
import { PUBLISHED_PRICES } from './published-prices.ts';

const decimal = v.pipe(
  v.string(),
  v.regex(/^[0-9]{1,15}(?:\.[0-9]{1,12})?$/, 'a decimal number as text, such as "0.10"'),
);

const price = v.strictObject({
  free: v.optional(
    v.strictObject({ units: decimal, months: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))) }),
  ),
  tiers: v.pipe(
    v.tupleWithRest(
      [v.strictObject({ upTo: v.optional(decimal), price: decimal })],
      v.strictObject({ upTo: v.optional(decimal), price: decimal }),
    ),
    v.check((tiers) => {
      let from = ZERO;
      return tiers.every(({ upTo }, i) => {
        if (upTo === undefined) return i === tiers.length - 1;
        const to = parseDecimal(upTo);
        const isBehind = compare(to, from) > 0;
        from = to;
        return isBehind && i < tiers.length - 1;
      });
    }, 'tiers that each end behind the one before, all but the last with "upTo"'),
  ),
});

const prices = v.strictObject(Object.fromEntries(USAGE_KINDS.map((it) => [it, v.optional(price)])));

const book = v.strictObject({
  currency: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'three capital letters, such as "USD"'))),
  prices: v.optional(prices),
  regions: v.optional(v.record(v.string(), prices)),
});

/**
 * The price book in a JSON file. What it does not price costs what is published.
 *
 * @throws CannotStart when it cannot be read, or is none
 */
export async function readPrices(path: string): Promise<PriceBook> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CannotStart(`The prices in ${path} (BERTH_PRICES) cannot be read: ${messageOf(error)}`);
  });
  return parsePrices(text, path);
}

/** @throws CannotStart when the text is no price book; `path` is named as its place */
export function parsePrices(text: string, path: string): PriceBook {
  const parsed = v.safeParse(book, jsonOf(text, path));
  if (!parsed.success) {
    const [{ message, path: at = [] }] = parsed.issues;
    const where = at.map((it) => String(it.key)).join('.') || 'its whole';
    throw new CannotStart(
      `The prices in ${path} (BERTH_PRICES) are none: ${where} should be ${message}. docs/billing.md shows a whole file.`,
    );
  }
  const { currency = PUBLISHED_PRICES.currency, prices: own = {}, regions = {} } = parsed.output;
  return { currency, prices: { ...PUBLISHED_PRICES.prices, ...own }, regions };
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CannotStart(`The prices in ${path} (BERTH_PRICES) are no JSON: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
