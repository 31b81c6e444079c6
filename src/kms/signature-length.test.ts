import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { isOfLength } from './signature-length.ts';

test('an RSA signature has all bytes of the modulus, also where OpenSSL would do without', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const message = Buffer.from('what is signed');
  const key = { key: privateKey, padding: 6, saltLength: 32 };
  let signature: Buffer;
  // One of 256 begins with a zero, each with a salt of its own.
  do signature = sign('sha256', message, key);
  while (signature[0] !== 0);
  const short = signature.subarray(1);

  expect(verify('sha256', message, { ...key, key: publicKey }, short)).toBe(true);
  expect(isOfLength(publicKey, signature)).toBe(true);
  expect(isOfLength(publicKey, short)).toBe(false);
  expect(isOfLength(publicKey, Buffer.concat([Buffer.of(0), signature]))).toBe(false);
});

test('a signature of a curve is as long as its numbers', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  expect([70, 71, 72].map((length) => isOfLength(publicKey, new Uint8Array(length)))).toEqual([true, true, true]);
});
