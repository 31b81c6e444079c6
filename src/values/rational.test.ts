import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, compare, divide, multiply, parseDecimal, rational, subtract, toDecimal } from './rational.ts';

const fraction = fc
  .tuple(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.bigInt(1n, 10n ** 12n))
  .map(([n, d]) => rational(n, d));

test('sums and products of fractions do not drift', () => {
  const exact = fc.property(fraction, fraction, fraction, (a, b, c) => {
    expect(subtract(add(a, b), b)).toEqual(a);
    expect(multiply(a, add(b, c))).toEqual(add(multiply(a, b), multiply(a, c)));
    if (b.n !== 0n) expect(multiply(divide(a, b), b)).toEqual(a);
    expect(compare(a, b) + compare(b, a)).toBe(0);
  });
  fc.assert(exact, { numRuns: 500 });
});

test('a decimal is read as written, and written as read', () => {
  const roundTrip = fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: 0, max: 12 }), (n, places) => {
    const value = rational(n, 10n ** BigInt(places));
    expect(parseDecimal(toDecimal(value, 12))).toEqual(value);
  });
  fc.assert(roundTrip, { numRuns: 500 });
});

test.each([
  [rational(1, 3), 4, '0.3333'],
  [rational(2, 3), 4, '0.6667'],
  [rational(-1, 2), 0, '-1'],
  [rational(-1, 1000), 2, '0'],
  [rational(5), 10, '5'],
  [rational(1999, 1000), 2, '2'],
])('%o to %i places is %s', (value, places, text) => {
  expect(toDecimal(value, places)).toBe(text);
});

test.each(['', '.5', '1e3', '1,5', ' 1', 'NaN'])('%j is no decimal', (text) => {
  expect(() => parseDecimal(text)).toThrow(RangeError);
});
