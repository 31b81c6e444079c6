import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globOf, matchesGlob } from './glob.ts';
import { parseTemplate, textOf, wildcardMatcher } from './template.ts';

const VARIABLES = { variables: true };

function matches(pattern: string, text: string, context: Readonly<Record<string, string | string[]>> = {}) {
  const template = parseTemplate(pattern, VARIABLES);
  if (!template) throw new Error(`${pattern} is malformed`);
  return wildcardMatcher(template)(text, new Map(Object.entries(context)));
}

test.each([
  ['${aws:username}', 'alice', { 'aws:username': 'alice' }, true],
  ['${AWS:UserName}', 'alice', { 'aws:username': 'alice' }, true],
  ['team/${aws:PrincipalTag/team}/*', 'team/web/x', { 'aws:principaltag/team': 'web' }, true],
  ['${aws:username}', '', {}, false],
  ['${aws:username}', '${aws:username}', {}, false],
  ["${aws:PrincipalTag/team, 'none'}", 'none', {}, true],
  ["${aws:PrincipalTag/team,'none'}", 'none', {}, true],
  ["${aws:PrincipalTag/team, 'none'}", 'web', { 'aws:principaltag/team': 'web' }, true],
  ["${aws:PrincipalTag/team, ''}", '', {}, true],
  ["${aws:PrincipalTag/team, 'a}b'}", 'a}b', {}, true],
  ["${aws:PrincipalTag/team, '*'}", 'x', {}, false],
  ['${aws:TagKeys}', 'a', { 'aws:tagkeys': ['a'] }, false],
  ['a${*}', 'a*', {}, true],
  ['a${*}', 'ab', {}, false],
  ['a${?}', 'ab', {}, false],
  ['${$}{aws:username}', '${aws:username}', {}, true],
  ['$5', '$5', {}, true],
  ['${aws:PrincipalTag/cost center}', '7', { 'aws:principaltag/cost center': '7' }, true],
])('%s on %s: %#', (pattern, text, context, expected) => {
  expect(matches(pattern, text, context as Record<string, string | string[]>)).toBe(expected);
});

test.each([
  '${',
  '${}',
  '${aws:username',
  '${username}',
  "${aws:a, 'b}",
  '${aws:a, b}',
  "${aws:a 'b'}",
  '${${aws:a}}',
  '${**}',
])('%s is malformed', (text) => {
  expect(parseTemplate(text, VARIABLES)).toBeUndefined();
});

test('without variables a ${ is text', () => {
  const template = parseTemplate('${aws:username}', { variables: false });
  expect(template && textOf(template, new Map([['aws:username', 'alice']]))).toBe('${aws:username}');
});

test('whatever a variable stands for, it matches that text and no other', () => {
  const agrees = fc.property(
    fc.string({ unit: fc.constantFrom(...'ab*?${}:/'.split('')) }),
    fc.string(),
    (value, other) => {
      const context = { 'aws:username': value };
      expect(matches('${aws:username}', value, context)).toBe(true);
      expect(matches('x${aws:username}y', `x${value}y`, context)).toBe(true);
      expect(matches('${aws:username}', other, context)).toBe(value === other);
    },
  );
  fc.assert(agrees, { numRuns: 2_000 });
});

test('any text is read or refused, and what is read has its pieces in order', () => {
  const unit = fc.constantFrom(..."ab${}:,' *?".split(''));
  const holds = fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
    const template = parseTemplate(text, VARIABLES);
    const isPlain = !text.includes('${');
    if (isPlain) expect(template && textOf(template, new Map())).toBe(text);
  });
  fc.assert(holds, { numRuns: 20_000 });
});

test('patterns with stars alone match what globs match, and so do those that variables complete', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  const agrees = fc.property(pattern, text, text, (before, value, asked) => {
    expect(matches(before, asked)).toBe(matchesGlob(globOf(before), asked));
    const context = { 'aws:username': value };
    expect(matches(`${before}\${aws:username}*`, asked, context)).toBe(
      matchesGlob(globOf(`${before}${value}*`), asked),
    );
    expect(matches(`${before}?\${aws:username}`, asked, context)).toBe(
      matchesGlob(globOf(`${before}?${value}`), asked),
    );
  });
  fc.assert(agrees, { numRuns: 20_000 });
});
