import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadEnvelope } from './bad-envelope.ts';
import { checkFits, framesOf, geometryOf, lengthOf, MOST_BYTES, storedLengthOf } from './geometry.ts';
import { formatHeader, headerLengthOf, parseHeader } from './header.ts';
import { contextOf, type DataKeys, fileKeysOf, type Purpose } from './keys.ts';
import { Opener, openWhole } from './opener.ts';
import { Sealer, type Sealing, sealWhole } from './sealer.ts';

const FRAME = 4096;
const TAG = 16;
const HEADER = 256;
const purpose: Purpose = { installation: 'i', account: '111111111111', kind: 'layer', object: 'o' };

function sealingOf(options: { layers?: 1 | 2; suite?: 1 | 2; log2?: number; dataKeys?: DataKeys } = {}): Sealing {
  const { layers = 1, suite = 1, log2 = 12 } = options;
  const wrapped = layers === 1 ? ([randomBytes(97)] as const) : ([randomBytes(97), randomBytes(97)] as const);
  const fresh = layers === 1 ? ([randomBytes(32)] as const) : ([randomBytes(32), randomBytes(32)] as const);
  return {
    header: { suite, log2, salt: randomBytes(32), wrapped },
    dataKeys: options.dataKeys ?? fresh,
    context: contextOf(purpose),
  };
}

const layers = fc.constantFrom(1 as const, 2 as const);
const suite = fc.constantFrom(1 as const, 2 as const);
/** Around the ends of frames, where mistakes are. */
const length = fc.oneof(
  fc.nat(3 * FRAME),
  fc.tuple(fc.nat(3), fc.integer({ min: -1, max: 1 })).map(([frames, by]) => Math.max(0, frames * FRAME + by)),
);

test('what was sealed opens, whatever its length, its pieces, the suite and the number of layers', () => {
  const opens = fc.property(length, layers, suite, fc.integer({ min: 1, max: 9000 }), (size, n, kind, piece) => {
    const sealing = sealingOf({ layers: n, suite: kind });
    const plaintext = randomBytes(size);
    const sealer = new Sealer(sealing);
    const file: Buffer[] = [];
    for (let at = 0; at < size; at += piece) file.push(Buffer.from(sealer.push(plaintext.subarray(at, at + piece))));
    file.push(Buffer.from(sealer.end()));

    const whole = Buffer.concat(file);
    expect(whole.equals(sealWhole(sealing, plaintext))).toBe(true);
    expect(whole.length).toBe(storedLengthOf(geometryOf(sealing.header), size));
    expect(openWhole(whole, sealing).equals(plaintext)).toBe(true);
  });
  fc.assert(opens, { numRuns: 300 });
});

test.each([12, 13, 16, 18, 20, 22])('frames of 2^%d bytes seal what is shorter, as long, and longer', (log2) => {
  const sealing = sealingOf({ log2 });
  for (const by of [-1, 0, 1]) {
    const plaintext = randomBytes(2 ** log2 + by);
    expect(openWhole(sealWhole(sealing, plaintext), sealing).equals(plaintext)).toBe(true);
  }
});

test('frames open by themselves, fed in pieces of any size', () => {
  const opens = fc.property(fc.nat(5), fc.nat(5), fc.integer({ min: 1, max: 9000 }), layers, (a, b, piece, n) => {
    const sealing = sealingOf({ layers: n });
    const plaintext = randomBytes(5 * FRAME + 100);
    const file = sealWhole(sealing, plaintext);
    const [first, last] = a < b ? [a, b] : [b, a];
    const { headerLength, overhead } = geometryOf(sealing.header);
    const at = (frame: number) => headerLength + frame * (FRAME + overhead);
    const keys = keysOf(sealing);
    const opener = new Opener({ header: sealing.header, keys, length: plaintext.length, isWhole: true, first, last });
    const opened: Buffer[] = [];
    const part = file.subarray(at(first), Math.min(at(last + 1), file.length));
    for (let i = 0; i < part.length; i += piece) opened.push(...opener.push(part.subarray(i, i + piece)));
    opener.end();

    const expected = plaintext.subarray(first * FRAME, Math.min((last + 1) * FRAME, plaintext.length));
    expect(Buffer.concat(opened).equals(expected)).toBe(true);
  });
  fc.assert(opens, { numRuns: 200 });
});

test('no byte of a frame is given before its tag was seen to be right', () => {
  const sealing = sealingOf();
  const file = sealWhole(sealing, randomBytes(FRAME));
  const frame = file.subarray(HEADER);
  const opener = new Opener({ header: sealing.header, keys: keysOf(sealing), length: FRAME, isWhole: true });

  expect(opener.push(frame.subarray(0, -1))).toEqual([]);
  const wrong = Buffer.of((frame.at(-1) ?? 0) ^ 1);
  expect(() => opener.push(wrong)).toThrow(BadEnvelope);
});

describe('nothing opens', () => {
  const plaintext = randomBytes(2 * FRAME + 100);

  test('with any bit flipped', () => {
    const fails = fc.property(fc.nat(), fc.nat(7), layers, suite, (at, bit, n, kind) => {
      const sealing = sealingOf({ layers: n, suite: kind });
      const file = sealWhole(sealing, plaintext);
      const place = at % file.length;
      file[place] = (file[place] ?? 0) ^ (1 << bit);
      expect(() => openWhole(file, sealing)).toThrow(BadEnvelope);
    });
    fc.assert(fails, { numRuns: 1_000 });
  });

  test('cut off anywhere, or with anything behind', () => {
    const sealing = sealingOf();
    const file = sealWhole(sealing, plaintext);
    const fails = fc.property(fc.nat(file.length - 1), fc.uint8Array({ minLength: 1, maxLength: 5000 }), (at, more) => {
      expect(() => openWhole(file.subarray(0, at), sealing)).toThrow(BadEnvelope);
      expect(() => openWhole(Buffer.concat([file, more]), sealing)).toThrow(BadEnvelope);
    });
    fc.assert(fails, { numRuns: 500 });
  });

  const sealing = sealingOf();
  const file = sealWhole(sealing, randomBytes(3 * FRAME));
  const header = file.subarray(0, HEADER);
  const frame = (i: number) => file.subarray(HEADER + i * (FRAME + TAG), HEADER + (i + 1) * (FRAME + TAG));
  const other = sealWhole({ ...sealing, header: { ...sealing.header, salt: randomBytes(32) } }, randomBytes(3 * FRAME));
  const otherFrame = other.subarray(HEADER + FRAME + TAG, HEADER + 2 * (FRAME + TAG));
  // The same keys and salt would never be used twice; a frame sealed as the last one of a shorter file shows its flag.
  const shorter = sealWhole(sealing, randomBytes(2 * FRAME));
  const lastOfShorter = shorter.subarray(HEADER + FRAME + TAG);

  test.each([
    ['the last frame dropped', [frame(0), frame(1)]],
    ['a frame in the middle dropped', [frame(0), frame(2)]],
    ['two frames swapped', [frame(1), frame(0), frame(2)]],
    ['a frame appended', [frame(0), frame(1), frame(2), frame(2)]],
    ['a frame that was a last one in the middle', [frame(0), lastOfShorter, frame(2)]],
    ['a frame of another file with the same data key', [frame(0), otherFrame, frame(2)]],
  ])('with %s', (_, frames) => {
    expect(() => openWhole(Buffer.concat([header, ...frames]), sealing)).toThrow(BadEnvelope);
  });

  test.each([
    ['object', { ...purpose, object: 'p' }],
    ['account', { ...purpose, account: '222222222222' }],
    ['kind', { ...purpose, kind: 'manifest' as const }],
    ['installation', { ...purpose, installation: 'j' }],
  ])('for another %s', (_, elsewhere) => {
    expect(() => openWhole(file, { ...sealing, context: contextOf(elsewhere) })).toThrow(BadEnvelope);
  });

  test('with another data key, or another number of them', () => {
    expect(() => openWhole(file, { ...sealing, dataKeys: [randomBytes(32)] })).toThrow(BadEnvelope);
    const two = [...sealing.dataKeys, randomBytes(32)] as unknown as DataKeys;
    expect(() => openWhole(file, { ...sealing, dataKeys: two })).toThrow(BadEnvelope);
  });

  test.each([
    ['version', 8, 2],
    ['suite', 9, 2],
    ['suite that nobody knows', 9, 3],
    ['size of frames', 10, 13],
    ['size of frames below the least', 10, 11],
    ['size of frames above the most', 10, 23],
    ['number of layers', 11, 2],
    ['number of layers that nobody knows', 11, 0],
    ['length of the header', 13, 128],
    ['length of the first key', 15, 255],
    ['length of a second key', 17, 1],
    ['byte that is zero', 20, 1],
  ])('with another %s in the header', (_, at, value) => {
    const changed = Buffer.from(file);
    changed[at] = value;
    expect(() => openWhole(changed, sealing)).toThrow(BadEnvelope);
  });
});

test('random bytes are never taken for a file, and never break the parser', () => {
  const fails = fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
    expect(() => parseHeader(Buffer.from(bytes))).toThrow(BadEnvelope);
    const magic = Buffer.concat([Buffer.from('BERTHENC'), bytes]);
    try {
      parseHeader(magic);
    } catch (error) {
      expect(error).toBeInstanceOf(BadEnvelope);
    }
  });
  fc.assert(fails, { numRuns: 2_000 });
});

test('a header is a multiple of 64 bytes, 128 to 4,096', () => {
  const wrappedOf = (size: number) => ({ wrapped: [randomBytes(size)] as const });
  expect([1, 32, 33, 97, 3_999, 4_000].map((it) => headerLengthOf(wrappedOf(it)))).toEqual([
    128, 128, 192, 256, 4_096, 4_096,
  ]);
  const { header } = sealingOf();
  expect(() => formatHeader({ ...header, ...wrappedOf(4_001) }, randomBytes(32))).toThrow('nobody could read');
  expect(() => formatHeader({ ...header, log2: 23 }, randomBytes(32))).toThrow('nobody could read');
});

test('a file’s length tells how much it seals, and every other length is refused', () => {
  const geometry = geometryOf(sealingOf().header);
  const agrees = fc.property(length, (size) => {
    expect(lengthOf(geometry, storedLengthOf(geometry, size))).toBe(size);
  });
  fc.assert(agrees);
  for (const wrong of [0, HEADER, HEADER + TAG - 1, HEADER + FRAME + TAG + 1, HEADER + FRAME + 2 * TAG]) {
    expect(() => lengthOf(geometry, wrong)).toThrow(BadEnvelope);
  }
});

test('no file seals more than 2^46 bytes, or has more than 2^32 frames', () => {
  const large = geometryOf({ ...sealingOf().header, log2: 18 });
  expect(() => checkFits(large, MOST_BYTES)).not.toThrow();
  expect(() => checkFits(large, MOST_BYTES + 1)).toThrow('too many');
  const small = geometryOf(sealingOf().header);
  expect(framesOf(small, 2 ** 44)).toBe(2 ** 32);
  expect(() => checkFits(small, 2 ** 44)).toThrow('too many');
});

test('a context holds no NUL, which would let two of them be the same', () => {
  expect(() => contextOf({ ...purpose, object: 'a\0b' })).toThrow('NUL');
});

function keysOf(sealing: Sealing): DataKeys {
  return fileKeysOf(sealing.dataKeys, sealing.header.salt, sealing.context).frames;
}
