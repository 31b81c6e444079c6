import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeOnce, parseTarget } from './request-target.ts';

describe('percent-decoding', () => {
  test('of what was encoded gives the text back, and decodes once', () => {
    const roundTrip = fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sent = encodeURIComponent(text.toWellFormed());
      expect(decodeOnce(sent)).toBe(text.toWellFormed());
      expect(decodeOnce(encodeURIComponent(sent))).toBe(sent);
    });
    fc.assert(roundTrip, { numRuns: 5_000 });
  });

  test('of any text agrees with the language, which throws where this is undefined', () => {
    const agrees = fc.property(fc.stringMatching(/^(?:%[0-9a-fA-F]{2}|%.|[a-z/.])*$/), (text) => {
      expect(decodeOnce(text)).toBe(decodeOrUndefined(text));
    });
    fc.assert(agrees, { numRuns: 5_000 });
  });

  test.each(['%', '%2', '%zz', 'a%', '%C0%AF', '%ED%A0%80', '%FF'])('%j is broken', (text) => {
    expect(decodeOnce(text)).toBeUndefined();
  });
});

describe("a request's target", () => {
  test('keeps the path as it was sent and decodes the query', () => {
    const target = parseTarget('/v2/a%2Fb/../c//?tag=a&tag=b%2Fc&empty=&flag&type=x+json');

    expect(target?.path).toBe('/v2/a%2Fb/../c//');
    expect(target?.query.all('tag')).toEqual(['a', 'b/c']);
    expect(target?.query.first('tag')).toBe('a');
    expect(target?.query.first('empty')).toBe('');
    expect(target?.query.first('flag')).toBe('');
    expect(target?.query.first('type')).toBe('x+json');
    expect(target?.query.first('none')).toBeUndefined();
    expect(target?.query.all('none')).toEqual([]);
  });

  test('may be absolute, as through a proxy', () => {
    expect(parseTarget('http://localhost:5000/v2/?x=1')?.path).toBe('/v2/');
    expect(parseTarget('HTTPS://[::1]:5000/v2/a')?.path).toBe('/v2/a');
  });

  test('whose query is broken is none', () => {
    expect(parseTarget('/v2/?n=%zz')).toBeUndefined();
    expect(parseTarget('/v2/?%zz=n')).toBeUndefined();
  });

  test('never makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void parseTarget(text)),
      { numRuns: 5_000 },
    );
  });
});

function decodeOrUndefined(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
