import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFormEncoded, PAIRS_AT_MOST, parsePairs } from './parse-pairs.ts';

/** Every character that XML can say. */
const text = fc
  .string({ unit: 'binary', maxLength: 9 })
  .map((it) => it.replaceAll(/[^\t\n\r -\uD7FF\uE000-\uFFFD]/g, 'x'));

describe('parameters', () => {
  test('of a form are what a form was made of, whoever encoded it', () => {
    const roundTrip = fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (record) => {
      const form = new URLSearchParams(record).toString();
      const strict = Object.entries(record)
        .map((pair) => pair.map(encodeURIComponent).join('='))
        .join('&');

      expect(new Map(parsePairs('', form))).toEqual(new Map(Object.entries(record)));
      expect(new Map(parsePairs(strict, ''))).toEqual(new Map(Object.entries(record)));
    });
    fc.assert(roundTrip, { numRuns: 2_000 });
  });

  test('of any bytes are read or refused, and never end in another way', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((it) => Buffer.from(it).toString('latin1'));
    const mixed = fc
      .array(fc.oneof(bytes, fc.constantFrom('&', '=', '%', '%C3%A9', '%00', '+', 'A=1')))
      .map((it) => it.join(''));
    const refusesOrReads = fc.property(mixed, (form) => {
      try {
        expect(parsePairs('', form)).toBeInstanceOf(Map);
      } catch (error) {
        expect(['InvalidQueryParameter', 'ValidationError']).toContain((error as { code?: string }).code);
      }
    });
    fc.assert(refusesOrReads, { numRuns: 2_000 });
  });

  test('come from the address and the form together, without what signs the address', () => {
    expect(
      new Map(parsePairs('Action=GetUser&X-Amz-Date=20260101T000000Z&X-Amz-Signature=00', 'UserName=a+b%2Bc&&Path')),
    ).toEqual(
      new Map([
        ['Action', 'GetUser'],
        ['UserName', 'a b+c'],
        ['Path', ''],
      ]),
    );
  });

  test.each([
    ['twice the same name', 'A=1', 'A=1', 'ValidationError'],
    ['twice the same name, spelt otherwise', '', 'A=1&%41=2', 'ValidationError'],
    ['what is no UTF-8', '', 'A=%FF', 'InvalidQueryParameter'],
    ['a NUL', '', 'A=%00', 'InvalidQueryParameter'],
    ['a character that XML has not', '', 'A=%EF%BF%BE', 'InvalidQueryParameter'],
  ])('are refused with %s', (_, query, form, code) => {
    expect(() => parsePairs(query, form)).toThrow(expect.objectContaining({ code }));
  });

  test(`are ${PAIRS_AT_MOST} at most`, () => {
    const form = (count: number) => Array.from({ length: count }, (_, i) => `A${i}=`).join('&');

    expect(parsePairs('', form(PAIRS_AT_MOST)).size).toBe(2_000);
    expect(() => parsePairs('B=', form(PAIRS_AT_MOST))).toThrow(
      expect.objectContaining({ code: 'InvalidQueryParameter' }),
    );
  });
});

test.each([
  ['application/x-www-form-urlencoded', true],
  ['application/x-www-form-urlencoded; charset=utf-8', true],
  ['Application/X-WWW-Form-URLencoded', true],
  ['application/x-www-form-urlencoded-too', false],
  ['application/x-amz-json-1.1', false],
  [undefined, false],
])('the content type %s is of a form: %s', (contentType, expected) => {
  expect(isFormEncoded(contentType)).toBe(expected);
});
