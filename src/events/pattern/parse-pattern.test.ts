import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePattern } from './parse-pattern.ts';
import { PatternFault } from './pattern-fault.ts';

/** What is said of a text that is no pattern; undefined of one that is. */
function faultOf(text: string): string | undefined {
  try {
    parsePattern(text);
    return undefined;
  } catch (error) {
    if (error instanceof PatternFault) return error.in(text);
    throw error;
  }
}

describe('what is no pattern is refused with the reason and its place', () => {
  test.each([
    ['[1]', 'Filter is not an object\n at [Source: (String)"[1]"; line: 1, column: 2]'],
    ['{"a":\n "b"}', '"a" must be an object or an array\n at [Source: (String)"{"a":\n "b"}"; line: 2, column: 5]'],
    ['{"a": {}}', /^Empty objects are not allowed\n/],
    ['{}', /^Empty objects are not allowed\n/],
    ['{"a": []}', /^Empty arrays are not allowed\n/],
    ['{"a": [[1]]}', /^Match value must be String, number, true, false, or null\n/],
    ['{"a": [1}', /^Unexpected character \('}' \(code 125\)\)\n/],
    ['{"a": [1]', /^Unexpected end-of-input\n/],
    ['{"a": [1], "a": [2]}', /^The key "a" stands there twice\.\n/],
    ['{"$or": {"a": [1]}}', /^It must be an Array followed with \$or\.\n/],
    ['{"$or": [{"a": [1]}]}', /^There must have at least 2 Objects in \$or relationship\.\n/],
    ['{"$or": [{"a": [1]}, 2]}', /^Only JSON object is allowed in array of \$or relationship\.\n/],
    ['{"$or": [{"prefix": [1]}, {"a": [2]}]}', /^prefix is Ruler reserved fieldName/],
  ])('%s', (text, said) => {
    expect(faultOf(text)).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });

  test.each([
    ['{}', 'Match expression name not found'],
    ['{"foo": "x"}', 'Unrecognized match type foo'],
    ['{"prefix": "x", "suffix": "y"}', 'Only one key allowed in match expression'],
    ['{"exactly": 3}', 'exact match pattern must be a string'],
    ['{"prefix": 3}', 'prefix match pattern must be a string'],
    ['{"suffix": null}', 'suffix match pattern must be a string'],
    ['{"prefix": {"suffix": "x"}}', 'Unsupported prefix pattern: suffix'],
    ['{"suffix": {"equals-ignore-case": ["x"]}}', 'equals-ignore-case match pattern must be a string'],
    ['{"equals-ignore-case": 5}', 'equals-ignore-case match pattern must be a string'],
    ['{"wildcard": ["x"]}', 'wildcard match pattern must be a string'],
    ['{"wildcard": "a**b"}', 'Consecutive wildcard characters at pos 2'],
    ['{"wildcard": "a\\\\b"}', 'Invalid escape character at pos 2'],
    ['{"wildcard": "a\\\\"}', 'Invalid escape character at pos 2'],
    ['{"exists": null}', 'exists match pattern must be either true or false.'],
    ['{"exists": "true"}', 'exists match pattern must be either true or false.'],
    ['{"anything-but": true}', 'Value of anything-but must be an array or single string/number value.'],
    ['{"anything-but": [null]}', 'Inside anything but list, start|null|boolean is not supported.'],
    ['{"anything-but": ["a", 1]}', /^Inside anything but list, either all values are number or string/],
    ['{"anything-but": []}', /^Inside anything but list, either all values are number or string/],
    ['{"anything-but": {"prefix": ""}}', 'Null prefix/suffix not allowed'],
    ['{"anything-but": {"suffix": ["a", ""]}}', 'Null prefix/suffix not allowed'],
    ['{"anything-but": {"prefix": [1]}}', 'prefix/suffix match pattern must be a string'],
    ['{"anything-but": {"wildcard": ["a", "b**"]}}', 'Consecutive wildcard characters at pos 2'],
    ['{"anything-but": {"numeric": ["=", 1]}}', 'Unsupported anything-but pattern: numeric'],
    ['{"anything-but": {"constructor": "x"}}', 'Unsupported anything-but pattern: constructor'],
    ['{"numeric": 5}', 'Value of numeric must be an array.'],
    ['{"numeric": [5]}', 'Invalid member in numeric match: 5'],
    ['{"numeric": ["<>", 5]}', 'Unrecognized numeric range operator: <>'],
    ['{"numeric": ["="]}', 'Value of equals must be numeric'],
    ['{"numeric": ["<", "5"]}', 'Value of < must be numeric'],
    ['{"numeric": ["=", 5, 6]}', 'Too many elements in numeric expression'],
    ['{"numeric": [">", 0, ">", 5]}', 'Bad numeric range operator: >'],
    ['{"numeric": [">", 0, 5]}', 'Bad value in numeric range: 5'],
    ['{"numeric": [">", 0, "<", 5, 6]}', 'Too many terms in numeric range expression'],
    ['{"numeric": [">", 5, "<", 5]}', 'Bottom must be less than top'],
    ['{"numeric": ["=", 1e309]}', 'Cannot compare number : 1e309'],
    ['{"numeric": ["=", 1E-325]}', 'Cannot compare number : 1E-325'],
    ['{"cidr": 5}', 'prefix match pattern must be a string'],
    ['{"cidr": "10.0.0.0"}', "Malformed CIDR, one '/' required"],
    ['{"cidr": "10.0.0.0/x"}', 'Malformed CIDR, mask bits must be an integer'],
    ['{"cidr": "10.0.0.0/32"}', 'IPv4 mask bits must be < 32'],
    ['{"cidr": "::1/128"}', 'IPv6 mask bits must be < 128'],
    ['{"cidr": "example.com/8"}', 'Nonstandard IP address: example.com'],
  ])('an element %s', (element, said) => {
    const fault = faultOf(`{"a": [${element}]}`)?.split('\n at [')[0];
    expect(fault).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });
});

test('a field may be called as a comparison is, but for alternatives', () => {
  expect(faultOf('{"prefix": [1], "detail": {"numeric": ["x"]}}')).toBeUndefined();
});

test('of a long text only the beginning is shown', () => {
  const text = `[${' '.repeat(600)}]`;
  expect(faultOf(text)).toMatch(
    /^Filter is not an object\n at \[Source: \(String\)"\[ {499}"\[truncated 102 chars\]; /,
  );
});

test('whatever text comes is a pattern or a fault', () => {
  const word = fc.constantFrom('a', '$or', 'prefix', 'anything-but', 'numeric', '=', '<', '10.0.0.0/8', '*');
  const node = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(word, tie('node'), { maxKeys: 2 }),
    ),
  })).node;
  fc.assert(
    fc.property(
      fc.oneof(
        node.map((it) => JSON.stringify(it)),
        fc.string(),
      ),
      (text) => {
        faultOf(text);
      },
    ),
    { numRuns: 2_000 },
  );
});
