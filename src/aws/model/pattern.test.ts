import { isNativeError } from 'node:util/types';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MODELS } from './models.ts';
import { compilePattern } from './pattern.ts';

const SLOW = '^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$';
/** The longest text that a pattern without a bound of its own gets is a body; this is enough to tell quadratic apart. */
const UNBOUNDED = 20_000;

const bounded = Object.values(MODELS).flatMap(({ serviceId, shapes }) =>
  [...shapes].flatMap(([name, shape]) => {
    if (shape.type !== 'string' || shape.pattern === undefined) return [];
    return [[`${serviceId} ${name}`, shape.pattern, Math.min(shape.max ?? UNBOUNDED, UNBOUNDED)] as const];
  }),
);

describe('no hostile text keeps a pattern of the model busy', () => {
  test.each(bounded)('%s', (_, pattern, max) => {
    expect(slowestOf(compilePattern(pattern), max)).toBe('quick');
  });

  test('while the pattern that is written anew would be', () => {
    expect(slowestOf(new RegExp(SLOW), 255)).toBe('slow');
  });
});

test('the pattern that is written anew matches what the published one does', () => {
  const published = new RegExp(SLOW);
  const anew = compilePattern(SLOW);
  const agrees = fc.property(
    fc.string({ unit: fc.constantFrom('a', '0', '*', '.', '-', '/', '_', '!'), maxLength: 9 }),
    (text) => {
      expect(anew.test(text)).toBe(published.test(text));
    },
  );

  fc.assert(agrees, { numRuns: 20_000 });
});

describe('a pattern matches the whole text', () => {
  test('also where it is not anchored, has alternatives, or a line feed follows', () => {
    expect(compilePattern('[0-9]{12}').test('x123456789012')).toBe(false);
    expect(compilePattern('^$|arn').test('arn:x')).toBe(false);
    expect(compilePattern('^$|arn').test('an arn')).toBe(false);
    expect(compilePattern('^$|arn').test('arn')).toBe(true);
    expect(compilePattern('[a-z]+').test('abc\n')).toBe(false);
  });

  test('by code points, and by properties of them', () => {
    expect(compilePattern('.{1,2}').test('\u{1f433}\u{1f433}')).toBe(true);
    expect(compilePattern('\\p{L}+').test('é')).toBe(true);
  });
});

/** Tries texts that repeat a piece up to the length `max` and then end in what cannot match. */
function slowestOf(pattern: RegExp, max: number): 'quick' | 'slow' {
  const pieces = [
    'a',
    '0',
    '-',
    '_',
    '__',
    '.',
    '/',
    '*',
    'a-',
    'a/',
    'a.',
    'a_',
    '-a',
    'a*',
    '*-',
    'a--',
    'a/a-',
    '+:',
    ':a',
    ' ',
    'arn:aws',
  ];
  const starts = [
    '',
    'a',
    'arn:aws:',
    'arn:aws:iam::123456789012:role/',
    'arn:aws:secretsmanager:a:secret:ecr-pullthroughcache/',
  ];
  const texts = starts.flatMap((start) => pieces.map((piece) => `${(start + piece.repeat(max)).slice(0, max - 1)}!`));
  try {
    // Only another context can be stopped in the middle of a match.
    runInContext('texts.map((it) => pattern.test(it))', createContext({ pattern, texts }), { timeout: 1_000 });
    return 'quick';
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'slow';
    throw error;
  }
}
