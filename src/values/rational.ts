/** An exact fraction in lowest terms, its denominator positive: money and quantities that must not drift. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const ZERO: Rational = { n: 0n, d: 1n };

/** @throws RangeError when `d` is 0 */
export function rational(n: bigint | number, d: bigint | number = 1n): Rational {
  const numerator = BigInt(n);
  const denominator = BigInt(d);
  if (denominator === 0n) throw new RangeError('A fraction needs a denominator.');
  const common = greatestCommonDivisor(abs(numerator), abs(denominator)) * (denominator < 0n ? -1n : 1n);
  return { n: numerator / common, d: denominator / common };
}

/** The number that a decimal such as `0.085` or `-12` writes. @throws RangeError for any other text */
export function parseDecimal(text: string): Rational {
  const [, sign = '', whole = '', places = ''] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
  if (whole === '') throw new RangeError(`${JSON.stringify(text)} is no decimal number.`);
  return rational(BigInt(`${sign}${whole}${places}`), 10n ** BigInt(places.length));
}

export function add(a: Rational, b: Rational): Rational {
  return a.d === b.d ? rational(a.n + b.n, a.d) : rational(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, { n: -b.n, d: b.d });
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.n * b.n, a.d * b.d);
}

/** @throws RangeError when `b` is 0 */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.n * b.d, a.d * b.n);
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

export function least(a: Rational, b: Rational): Rational {
  return compare(a, b) <= 0 ? a : b;
}

/** As a decimal with up to `places` places, the last one rounded half away from zero; zeros behind it are left out. */
export function toDecimal({ n, d }: Rational, places: number): string {
  const scale = 10n ** BigInt(places);
  const rounded = (abs(n) * scale * 2n + d) / (d * 2n);
  const digits = String(rounded).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const rest = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${n < 0n && rounded > 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`;
}

function abs(a: bigint): bigint {
  return a < 0n ? -a : a;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
