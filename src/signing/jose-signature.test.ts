import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joseSignature } from './jose-signature.ts';

/** DER of two positive numbers, written from X.690 rather than from what reads it. */
function der(r: bigint, s: bigint): Buffer {
  const integer = (value: bigint) => {
    const hex = value.toString(16);
    const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
    const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
  };
  const both = Buffer.concat([integer(r), integer(s)]);
  const length = both.length < 0x80 ? Buffer.of(both.length) : Buffer.of(0x81, both.length);
  return Buffer.concat([Buffer.of(0x30), length, both]);
}

const SIZES = [32, 48, 66] as const;
const numbers = fc.constantFrom(...SIZES).chain((size) => {
  const number = fc.bigInt({ min: 1n, max: (1n << BigInt(8 * size)) - 1n });
  return fc.tuple(fc.constant(size), fc.oneof(number, fc.bigInt({ min: 1n, max: 300n })), number);
});

test('both numbers come out at their full length, however short they are', () => {
  const agrees = fc.property(numbers, ([size, r, s]) => {
    const hex = [r, s].map((it) => it.toString(16).padStart(2 * size, '0')).join('');
    expect(joseSignature(der(r, s), size).toString('hex')).toBe(hex);
  });
  fc.assert(agrees, { numRuns: 1_000 });
});

test('a signature that OpenSSL made holds in the other form too', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const message = Buffer.from('message');

  const signature = joseSignature(sign('sha384', message, privateKey), 48);

  expect(verify('sha384', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
});

test('what is no signature, or of a longer curve, is refused', () => {
  const good = der(1n << 255n, 7n);
  expect(() => joseSignature(good, 16)).toThrow('longer curve');
  for (const bad of [Buffer.of(), Buffer.from('no'), good.subarray(0, 20), good.subarray(2)]) {
    expect(() => joseSignature(bad, 32)).toThrow('no ECDSA signature');
  }
});
