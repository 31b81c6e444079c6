import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemIds } from '../ids.ts';
import { encodePss, isPss } from './emsa-pss.ts';

const BITS = 2_047;
const digestOf = (text: string) => createHash('sha256').update(text).digest();

test('what is encoded is known again, as the encoding of its own digest alone', () => {
  const knows = fc.property(fc.string(), fc.string(), (text, other) => {
    const encoded = encodePss('sha256', digestOf(text), systemIds.bytes(32), BITS);
    expect(isPss('sha256', digestOf(text), encoded, BITS)).toBe(true);
    expect(isPss('sha256', digestOf(other), encoded, BITS)).toBe(text === other);
  });
  fc.assert(knows, { numRuns: 200 });
});

test('no bit of it can be changed, the last byte and the unused first bit among them', () => {
  const digest = digestOf('x');
  const encoded = encodePss('sha256', digest, systemIds.bytes(32), BITS);
  for (let bit = 0; bit < encoded.length * 8; bit++) {
    const changed = Buffer.from(encoded);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
    expect(isPss('sha256', digest, changed, BITS), `bit ${bit}`).toBe(false);
  }
});

test('a salt of another length, and bytes that are too few, are none', () => {
  const digest = digestOf('x');
  const encoded = encodePss('sha256', digest, systemIds.bytes(20), BITS);
  expect(isPss('sha256', digest, encoded, BITS)).toBe(false);
  expect(isPss('sha256', digest, Buffer.alloc(40, 0xbc), 320)).toBe(false);
});
