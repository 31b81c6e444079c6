import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemIds } from '../ids.ts';
import { BLOB_OVERHEAD, materialOf, openBlob, sealBlob } from './ciphertext-blob.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => 0x20 + i));
const material = { keyId: '00112233-4455-6677-8899-aabbccddeeff', version: 1, key: KEY };
const context = { 'aws:ecr:arn': 'arn:aws:ecr:us-east-1:111111111111:repository/a', k: 'v' };

test('a known blob comes out byte for byte', () => {
  const given = [0xc8, 0x64];
  const ids = { bytes: (length: number) => Buffer.from(Array.from({ length }, (_, i) => (given[0] ?? 0) + i)) };
  const bytes = (length: number) => {
    const drawn = ids.bytes(length);
    given.shift();
    return drawn;
  };

  const blob = sealBlob(material, Buffer.from('secret'), context, { bytes });

  expect(blob.toString('base64')).toBe(
    'AQARIjNEVWZ3iJmqu8zd7v8AAAAByMnKy8zNzs/Q0dLT1NXW12RlZmdoaWprbG1ub0pREwD38hlRVyiP9hWpi/jk4a3RNpE=',
  );
  expect(materialOf(blob)).toEqual({ keyId: material.keyId, version: 1 });
});

test('whatever is sealed opens with the pairs of its context in any order', () => {
  const contexts = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 6 });
  const opens = fc.property(fc.uint8Array({ maxLength: 4096 }), contexts, (plaintext, pairs) => {
    const blob = sealBlob(material, plaintext, pairs, systemIds);
    const turned = Object.fromEntries(Object.entries(pairs).toReversed());
    expect(blob.length).toBe(plaintext.length + BLOB_OVERHEAD);
    expect(openBlob(KEY, blob, turned)).toEqual(Buffer.from(plaintext));
  });
  fc.assert(opens, { numRuns: 300 });
});

test('no bit of a blob can be changed, and no byte left out or added', () => {
  const blob = sealBlob(material, Buffer.from('secret'), context, systemIds);
  for (let bit = 0; bit < blob.length * 8; bit++) {
    const changed = Buffer.from(blob);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(openBlob(KEY, changed, context), `bit ${bit}`).toBeUndefined();
  }
  for (let length = 0; length < blob.length; length++) {
    expect(openBlob(KEY, blob.subarray(0, length), context)).toBeUndefined();
  }
  expect(openBlob(KEY, Buffer.concat([blob, Buffer.of(0)]), context)).toBeUndefined();
});

test.each([
  [{}],
  [{ k: 'v' }],
  [{ ...context, more: '' }],
  [{ ...context, k: 'V' }],
  [{ ...context, k: '' }],
  // The same letters, cut elsewhere.
  [{ 'aws:ecr:arn': context['aws:ecr:arn'], kv: '' }],
])('it does not open with another context: %j', (other) => {
  const blob = sealBlob(material, Buffer.from('secret'), context, systemIds);
  expect(openBlob(KEY, blob, other)).toBeUndefined();
});

test('any bytes are opened or refused, never thrown over', () => {
  const refuses = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    expect(openBlob(KEY, bytes, {})).toBeUndefined();
  });
  fc.assert(refuses, { numRuns: 1_000 });
});
