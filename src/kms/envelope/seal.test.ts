import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadEnvelope } from './bad-envelope.ts';
import { openCell, parseCell, sealCell } from './cell.ts';
import { contextOf, type DataKeys } from './keys.ts';
import { formatSeal, parseSeal, type Seal, verifySeal } from './seal.ts';

const context = contextOf({ installation: 'i', account: '111111111111', kind: 'layer', object: 'o' });
const elsewhere = contextOf({ installation: 'i', account: '111111111111', kind: 'layer', object: 'p' });

const segment = fc.record({
  salt: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((it) => Buffer.from(it)),
  offset: fc.nat(2 ** 46),
  length: fc.nat(2 ** 46),
  isWhole: fc.boolean(),
});
const key = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((it) => Buffer.from(it));
const seal: fc.Arbitrary<Seal> = fc.record({
  suite: fc.constantFrom(1 as const, 2 as const),
  log2: fc.integer({ min: 12, max: 22 }),
  wrapped: fc.oneof(fc.tuple(key), fc.tuple(key, key)),
  repositoryArn: fc.string({ maxLength: 300 }).filter((it) => it.isWellFormed()),
  objectArn: fc.string({ maxLength: 300 }).filter((it) => it.isWellFormed()),
  segments: fc.array(segment, { maxLength: 20 }),
});
const dataKeys: DataKeys = [randomBytes(32)];

test('a seal is read as it was written, and is its own object’s alone', () => {
  const agrees = fc.property(seal, (it) => {
    const bytes = formatSeal(it, dataKeys, context);
    expect(parseSeal(bytes)).toEqual(it);
    verifySeal(bytes, dataKeys, context);
    expect(() => verifySeal(bytes, dataKeys, elsewhere)).toThrow(BadEnvelope);
    expect(() => verifySeal(bytes, [randomBytes(32)], context)).toThrow(BadEnvelope);
  });
  fc.assert(agrees, { numRuns: 200 });
});

test('a seal with any bit flipped, or cut, is refused', () => {
  const fails = fc.property(seal, fc.nat(), fc.nat(7), (it, at, bit) => {
    const bytes = formatSeal(it, dataKeys, context);
    const cut = bytes.subarray(0, at % bytes.length);
    expect(() => verify(cut)).toThrow(BadEnvelope);
    const place = at % bytes.length;
    bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
    expect(() => verify(bytes)).toThrow(BadEnvelope);
  });
  fc.assert(fails, { numRuns: 500 });
});

function verify(bytes: Buffer): void {
  parseSeal(bytes);
  verifySeal(bytes, dataKeys, context);
}

test('a cell opens with its keys and its context alone, once or twice sealed', () => {
  for (const keys of [[randomBytes(32)], [randomBytes(32), randomBytes(32)]] as unknown as DataKeys[]) {
    const wrapped = keys.map(() => randomBytes(97)) as unknown as Seal['wrapped'];
    const plaintext = randomBytes(500);
    const cell = sealCell(plaintext, { dataKeys: keys, wrapped }, context, randomBytes(12));

    expect(parseCell(cell)).toEqual(wrapped);
    expect(openCell(cell, keys, context)).toEqual(plaintext);
    expect(cell.includes(plaintext.subarray(0, 8))).toBe(false);
    expect(() => openCell(cell, keys, elsewhere)).toThrow(BadEnvelope);
    expect(() => openCell(cell, [...keys].reverse().map((it) => Buffer.from(it).fill(1)) as never, context)).toThrow(
      BadEnvelope,
    );
  }
});

test('a cell with any bit flipped, or cut anywhere, is refused', () => {
  const keys: DataKeys = [randomBytes(32), randomBytes(32)];
  const cell = sealCell(
    randomBytes(100),
    { dataKeys: keys, wrapped: [randomBytes(97), randomBytes(97)] },
    context,
    randomBytes(12),
  );
  const fails = fc.property(fc.nat(cell.length - 1), fc.nat(7), (at, bit) => {
    expect(() => openCell(cell.subarray(0, at), keys, context)).toThrow(BadEnvelope);
    const changed = Buffer.from(cell);
    changed[at] = (changed[at] ?? 0) ^ (1 << bit);
    expect(() => openCell(changed, keys, context)).toThrow(BadEnvelope);
  });
  fc.assert(fails, { numRuns: 1_000 });
});
