import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonFault, type JsonNode, parseJson, positionAt } from './json.ts';

const LIMITS = { nesting: 8 };

/** What JSON.parse would give. */
function valueOfNode(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(Array.from(node.members, ([key, it]) => [key, valueOfNode(it)]));
    case 'array':
      return node.items.map(valueOfNode);
    case 'string':
      return node.value;
    default:
      return JSON.parse(node.text);
  }
}

test('it reads what JSON.parse reads, whatever the white space', () => {
  const agrees = fc.property(fc.json({ maxDepth: 3 }), fc.constantFrom(0, 2, '\t'), (json, indent) => {
    const text = JSON.stringify(JSON.parse(json), null, indent);
    expect(valueOfNode(parseJson(text, LIMITS))).toEqual(JSON.parse(text));
  });
  fc.assert(agrees, { numRuns: 2_000 });
});

test('it refuses what JSON.parse refuses, and nothing else but keys that stand there twice', () => {
  const unit = fc.constantFrom(...'{}[]",:\\ \n0123.eE+-truefalsn"\u0001/ub'.split(''));
  const agrees = fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
    const ours = faultOf(() => parseJson(text, LIMITS));
    const theirs = faultOf(() => JSON.parse(text));
    if (ours === undefined) expect(theirs).toBeUndefined();
    else if (theirs === undefined) expect(ours).toMatchObject({ kind: expect.not.stringMatching('syntax') });
  });
  fc.assert(agrees, { numRuns: 50_000 });
});

function faultOf(parse: () => unknown): unknown {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonFault) && !(error instanceof SyntaxError)) throw error;
    return error;
  }
}

test.each([
  ['{"a": 1, "a": 2}', 'duplicate'],
  ['{"a": 1, "\\u0061": 2}', 'duplicate'],
  ['{"a": {"b": 1, "b": 1}}', 'duplicate'],
  ['{"__proto__": 1, "__proto__": 2}', 'duplicate'],
  [`${'['.repeat(9)}${']'.repeat(9)}`, 'nesting'],
  ['{"a": 1} x', 'syntax'],
  ['{"a": 1,}', 'syntax'],
  ['\ufeff{}', 'syntax'],
  ["{'a': 1}", 'syntax'],
  ['"\u0001"', 'syntax'],
  ['"\\x"', 'syntax'],
  ['"\\u12G4"', 'syntax'],
  ['"abc', 'syntax'],
  ['01', 'syntax'],
  ['', 'syntax'],
  ['// a\n{}', 'syntax'],
])('%s is refused: %s', (text, kind) => {
  expect(() => parseJson(text, LIMITS)).toThrow(expect.objectContaining({ kind }));
});

test('eight levels are read, and a bomb of levels does not exhaust the stack', () => {
  expect(() => parseJson(`${'['.repeat(8)}${']'.repeat(8)}`, LIMITS)).not.toThrow();
  expect(() => parseJson('['.repeat(100_000), LIMITS)).toThrow(expect.objectContaining({ kind: 'nesting' }));
});

test('a number stays the text that it is, and `__proto__` is a key like any', () => {
  const node = parseJson('{"__proto__": 1e400}', LIMITS);
  expect(node.kind === 'object' && node.members.get('__proto__')).toMatchObject({ kind: 'number', text: '1e400' });
});

test('places are counted from 1 in lines and columns', () => {
  const text = '{\n  "a": [\n    {"b": 1}\n  ]\n}';
  const at = text.indexOf('{"b"');
  expect(positionAt(text, at)).toEqual({ line: 3, column: 5 });
  expect(positionAt(text, 0)).toEqual({ line: 1, column: 1 });
  expect(positionAt(text, text.length)).toEqual({ line: 5, column: 2 });
});
