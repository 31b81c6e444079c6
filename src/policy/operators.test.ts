import { expect, test } from 'vitest';
import { conditionOf, findOperator, isNull } from './operators.ts';

type Values = string | readonly string[];

/** Whether `{ operator: { 'k:key': values } }` holds of a request that has `given`; undefined: it does not have the key. */
function holds(operator: string, values: Values, given: Values | undefined): boolean {
  const found = findOperator(operator);
  if (!found) throw new Error(`There is no operator ${operator}.`);
  const list = typeof values === 'string' ? [values] : values;
  const context = new Map(given === undefined ? [] : [['k:key', given]]);
  return conditionOf(found, 'k:key', { values: list, hasVariables: true })(context);
}

const MISSING = undefined;

test.each<[operator: string, values: Values, given: Values | undefined, expected: boolean]>([
  ['StringEquals', 'web', 'web', true],
  ['StringEquals', 'web', 'Web', false],
  ['StringEquals', 'w*', 'web', false],
  ['StringEquals', 'w*', 'w*', true],
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', 'web', MISSING, false],
  ['StringNotEquals', 'web', 'web', false],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', ['a', 'b'], 'c', true],
  ['StringNotEquals', 'web', MISSING, true],
  ['StringEqualsIgnoreCase', 'Web', 'wEB', true],
  ['StringEqualsIgnoreCase', 'ÄRGER', 'ärger', true],
  // Simple folding: one letter stays one.
  ['StringEqualsIgnoreCase', 'STRASSE', 'straße', false],
  ['StringEqualsIgnoreCase', 'web', MISSING, false],
  ['StringNotEqualsIgnoreCase', 'Web', 'wEB', false],
  ['StringNotEqualsIgnoreCase', 'web', MISSING, true],
  ['StringLike', 'w?b*', 'web-1', true],
  ['StringLike', 'w?b*', 'Web-1', false],
  ['StringLike', 'w', 'web', false],
  ['StringLike', '*', MISSING, false],
  ['StringNotLike', 'w*', 'web', false],
  ['StringNotLike', 'w*', MISSING, true],

  ['NumericEquals', '300', '300.0', true],
  ['NumericEquals', '3e2', '300', true],
  ['NumericEquals', 'many', 'many', false],
  ['NumericEquals', '1e400', '1e401', false],
  ['NumericEquals', '0x10', '16', false],
  ['NumericEquals', '300', MISSING, false],
  ['NumericNotEquals', '300', '300', false],
  ['NumericNotEquals', '300', 'many', true],
  ['NumericNotEquals', 'many', '300', true],
  ['NumericNotEquals', '300', MISSING, true],
  ['NumericLessThan', '300', '299.5', true],
  ['NumericLessThan', '300', '300', false],
  ['NumericLessThan', '300', '-301', true],
  ['NumericLessThan', '300', '', false],
  ['NumericLessThan', '300', MISSING, false],
  ['NumericLessThanEquals', '300', '300', true],
  ['NumericLessThanEquals', '300', '301', false],
  ['NumericGreaterThan', '300', '301', true],
  ['NumericGreaterThan', '300', '300', false],
  ['NumericGreaterThanEquals', '300', '300', true],
  ['NumericGreaterThanEquals', '300', '299', false],
  // As numbers, not as text.
  ['NumericGreaterThan', '9', '10', true],

  ['DateEquals', '2026-01-01T00:00:00Z', '1767225600', true],
  ['DateEquals', '2026-01-01T01:00:00+01:00', '2026-01-01', true],
  ['DateEquals', 'today', 'today', false],
  ['DateEquals', '2026-01-01', MISSING, false],
  ['DateNotEquals', '2026-01-01', '2026-01-01T00:00:00Z', false],
  ['DateNotEquals', '2026-01-01', 'today', true],
  ['DateNotEquals', '2026-01-01', MISSING, true],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
  ['DateLessThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', true],
  ['DateGreaterThan', '1700000000', '1700000001', true],
  ['DateGreaterThan', '1700000000', '2020-01-01', false],
  ['DateGreaterThanEquals', '1700000000', '1700000000', true],

  ['Bool', 'true', 'true', true],
  ['Bool', 'TRUE', 'True', true],
  ['Bool', 'true', 'false', false],
  ['Bool', 'yes', 'yes', false],
  ['Bool', 'false', MISSING, false],

  ['BinaryEquals', 'aGVsbG8=', 'aGVsbG8=', true],
  ['BinaryEquals', 'aGVsbG8=', 'aGVsbG9v', false],
  ['BinaryEquals', 'no base64', 'no base64', false],
  // Bits behind the last byte do not count.
  ['BinaryEquals', 'aGVsbG8=', 'aGVsbG9=', true],
  ['BinaryEquals', 'aGVsbG8=', MISSING, false],

  ['IpAddress', '203.0.113.0/24', '203.0.113.9', true],
  ['IpAddress', ['203.0.113.0/24', '2001:db8::/32'], '2001:db8:1::5', true],
  ['IpAddress', '203.0.113.9', '203.0.113.9', true],
  ['IpAddress', 'nowhere', 'nowhere', false],
  ['IpAddress', '0.0.0.0/0', MISSING, false],
  ['NotIpAddress', '203.0.113.0/24', '203.0.113.9', false],
  ['NotIpAddress', '203.0.113.0/24', '::ffff:203.0.113.9', false],
  ['NotIpAddress', '203.0.113.0/24', 'nowhere', true],
  ['NotIpAddress', '203.0.113.0/24', MISSING, true],

  ['ArnEquals', 'arn:aws:iam::*:user/al*', 'arn:aws:iam::111111111111:user/alice', true],
  ['ArnLike', 'arn:aws:iam::111111111111:user/*', 'arn:aws:iam::111111111111:user/a/b', true],
  ['ArnLike', 'arn:aws:iam::111111111111:User/*', 'arn:aws:iam::111111111111:user/a', false],
  ['ArnLike', 'arn:aws:sns:*:1:x/*', 'arn:aws:sns:us-east-1:9:store:1:x/d', false],
  ['ArnLike', '*', 'arn:aws:iam::111111111111:user/alice', true],
  ['ArnLike', '*', 'alice', false],
  ['ArnLike', 'arn:*:*:*:*:*', MISSING, false],
  ['ArnNotLike', 'arn:aws:iam::*:user/al*', 'arn:aws:iam::111111111111:user/alice', false],
  ['ArnNotLike', 'arn:aws:iam::*:user/al*', 'alice', true],
  ['ArnNotEquals', 'arn:aws:iam::*:user/al*', MISSING, true],

  ['StringEqualsIfExists', 'web', 'web', true],
  ['StringEqualsIfExists', 'web', 'app', false],
  ['StringEqualsIfExists', 'web', MISSING, true],
  ['StringNotEqualsIfExists', 'web', MISSING, true],
  ['NumericLessThanIfExists', '300', MISSING, true],
  ['BoolIfExists', 'true', MISSING, true],
  ['BoolIfExists', 'true', 'false', false],

  ['ForAllValues:StringEquals', ['a', 'b'], ['a'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', ['a', 'b'], [], true],
  ['ForAllValues:StringEquals', ['a', 'b'], MISSING, true],
  ['ForAllValues:StringEqualsIfExists', ['a'], MISSING, true],
  ['ForAllValues:StringEquals', ['a', 'b'], 'c', false],
  ['ForAllValues:StringNotEquals', ['a'], ['a', 'b'], false],
  ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
  ['ForAllValues:StringLike', ['a*'], ['ab', 'ac'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], false],
  ['ForAnyValue:StringEquals', ['a'], [], false],
  ['ForAnyValue:StringEquals', ['a'], MISSING, false],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', ['a'], ['a'], false],
  ['ForAnyValue:StringNotEquals', ['a'], MISSING, false],
  ['ForAnyValue:StringEqualsIfExists', ['a'], MISSING, true],

  // Several values without a quantifier: one that matches is enough, and with a negated operator none may.
  ['StringEquals', 'a', ['a', 'b'], true],
  ['StringNotEquals', 'a', ['a', 'b'], false],
  ['StringNotEquals', 'a', ['b', 'c'], true],
  ['StringEquals', 'a', [], false],
])('%s %j of %j: %s', (operator, values, given, expected) => {
  expect(holds(operator, values, given)).toBe(expected);
});

test.each([
  [['true'], MISSING, true],
  [['true'], [] as readonly string[], true],
  [['true'], 'x', false],
  [['false'], MISSING, false],
  [['false'], 'x', true],
  [['FALSE'], 'x', true],
  [['true', 'false'], 'x', true],
])('Null %j of %j: %s', (values, given, expected) => {
  expect(isNull('k:key', values)(new Map(given === undefined ? [] : [['k:key', given]]))).toBe(expected);
});

test.each([
  'stringEquals',
  'StringMatches',
  'Null',
  'NullIfExists',
  'ForSomeValues:StringEquals',
  'ForAllValues:Null',
  'IfExists',
  '',
  'IpAddressifexists',
])('%s is no operator of values', (name) => {
  expect(findOperator(name)).toBeUndefined();
});

test.each<[operator: string, value: string, given: string | undefined, expected: boolean]>([
  ['StringEquals', '${aws:username}', 'alice', true],
  ['StringLike', '${aws:username}-*', 'alice-1', true],
  ['StringLike', '${aws:PrincipalTag/star}', 'anything', false],
  ['StringLike', '${aws:PrincipalTag/star}', '*', true],
  ['StringEquals', '${aws:PrincipalTag/none}', 'alice', false],
  ['StringNotEquals', '${aws:PrincipalTag/none}', 'alice', true],
  ['StringEquals', "${aws:PrincipalTag/none, 'web'}", 'web', true],
  ['ArnLike', 'arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::1:user/alice', true],
  ['Bool', '${aws:PrincipalTag/yes}', 'true', true],
  ['Bool', '${aws:PrincipalTag/none}', 'perhaps', false],
  // Numbers, dates, bytes and addresses take no variables.
  ['NumericEquals', '${aws:PrincipalTag/five}', '5', false],
  ['IpAddress', '${aws:PrincipalTag/net}', '10.0.0.1', false],
])('%s with the variable %s of %s: %s', (operator, value, given, expected) => {
  const context = new Map([
    ['k:key', given ?? ''],
    ['aws:username', 'alice'],
    ['aws:principaltag/star', '*'],
    ['aws:principaltag/yes', 'true'],
    ['aws:principaltag/five', '5'],
    ['aws:principaltag/net', '10.0.0.0/8'],
  ]);
  const found = findOperator(operator);
  expect(found && conditionOf(found, 'k:key', { values: [value], hasVariables: true })(context)).toBe(expected);
});
