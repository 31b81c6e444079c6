import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseContentRange, parseRange } from './byte-ranges.ts';

describe('a Range header', () => {
  test.each([
    ['bytes=0-0', 1000, { first: 0, last: 0 }],
    ['bytes=500-', 1000, { first: 500, last: 999 }],
    ['bytes=-500', 1000, { first: 500, last: 999 }],
    ['bytes=-5000', 1000, { first: 0, last: 999 }],
    ['bytes=900-5000', 1000, { first: 900, last: 999 }],
    ['BYTES=1-2', 1000, { first: 1, last: 2 }],
    ['bytes=0-99999999999999999999999', 1000, { first: 0, last: 999 }],
    ['bytes=1000-', 1000, 'unsatisfiable'],
    ['bytes=5000-10000', 1000, 'unsatisfiable'],
    ['bytes=500-0', 1000, 'unsatisfiable'],
    ['bytes=-0', 1000, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-1', 0, 'whole'],
    ['bytes=0-1,3-4', 1000, 'whole'],
    ['bytes=-', 1000, 'whole'],
    ['bytes=a-b', 1000, 'whole'],
    ['lines=1-2', 1000, 'whole'],
    ['bytes=+1-2', 1000, 'whole'],
    [undefined, 1000, 'whole'],
  ] as const)('%j of %d bytes gives %j', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(expected);
  });

  test('selects what slicing the same bytes selects, for every range that can be satisfied', () => {
    const bytes = Buffer.from(Array.from({ length: 64 }, (_, i) => i));
    const agrees = fc.property(fc.nat(64), fc.nat(80), fc.nat(80), (size, first, length) => {
      const content = bytes.subarray(0, size);
      const range = parseRange(`bytes=${first}-${first + length}`, size);
      const expected = content.subarray(first, first + length + 1);
      const selected = typeof range === 'string' ? range : content.subarray(range.first, range.last + 1);
      expect(selected).toEqual(expected.length === 0 ? 'unsatisfiable' : expected);
    });
    fc.assert(agrees, { numRuns: 5_000 });
  });

  test('of any text never leads outside the bytes', () => {
    const inside = fc.property(fc.string(), fc.nat(), (text, size) => {
      const range = parseRange(`bytes=${text}`, size);
      if (typeof range !== 'string')
        expect(0 <= range.first && range.first <= range.last && range.last < size).toBe(true);
    });
    fc.assert(inside, { numRuns: 5_000 });
  });
});

describe("an upload's Content-Range", () => {
  test.each([
    '',
    '5',
    '-5',
    '5-',
    '5-4',
    '0 - 4',
    'bytes 0-4/10',
    'bytes=0-4',
    '0-4/5',
    '0x0-0x4',
    '-1-4',
    '0-1e3',
    ' 0-4',
    '0-4 ',
  ])('%j is refused', (header) => {
    expect(parseContentRange(header)).toBeUndefined();
  });

  test('of two numbers in order gives both back', () => {
    const roundTrip = fc.property(fc.nat(), fc.nat(), (first, length) => {
      expect(parseContentRange(`${first}-${first + length}`)).toEqual({ first, last: first + length });
    });
    fc.assert(roundTrip, { numRuns: 1_000 });
  });
});
