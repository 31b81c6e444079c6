import { expect, test } from 'vitest';
import { POLICY_LIMITS, policySize } from './limits.ts';
import { parsePolicy } from './parse.ts';

const ALLOW = { Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' };

function parse(...statements: readonly unknown[]): void {
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity');
}

/** What is just within a limit, and what is just beyond it. */
const { statements, stringLength, wildcards, conditionKeys } = POLICY_LIMITS;

test.each([
  [
    'The policy has more than 500 statements.',
    () => parse(...new Array(statements).fill(ALLOW)),
    () => parse(...new Array(statements + 1).fill(ALLOW)),
  ],
  [
    'The policy has a string longer than 2048 characters.',
    () => parse({ ...ALLOW, Action: `ecr:${'a'.repeat(stringLength - 4)}` }),
    () => parse({ ...ALLOW, Action: `ecr:${'a'.repeat(stringLength - 3)}` }),
  ],
  [
    'The policy has a string longer than 2048 characters.',
    () => parse({ ...ALLOW, Condition: { StringEquals: { 'aws:username': 'a'.repeat(stringLength) } } }),
    () => parse({ ...ALLOW, Condition: { StringEquals: { 'aws:username': 'a'.repeat(stringLength + 1) } } }),
  ],
  [
    'The policy has a pattern with more than 64 wildcards.',
    () => parse({ ...ALLOW, Resource: `arn:aws:ecr:*:*:${'a*?'.repeat((wildcards - 2) / 2)}` }),
    () => parse({ ...ALLOW, Resource: `arn:aws:ecr:*:*:${'a*?'.repeat(wildcards / 2)}` }),
  ],
  [
    'The policy has a pattern with more than 64 wildcards.',
    () => parse({ ...ALLOW, Condition: { StringLike: { 'aws:username': '*'.repeat(wildcards) } } }),
    () => parse({ ...ALLOW, Condition: { StringLike: { 'aws:username': '*'.repeat(wildcards + 1) } } }),
  ],
  [
    'A statement has more than 100 condition keys.',
    () => parse({ ...ALLOW, Condition: { StringEquals: keys(conditionKeys - 1), StringLike: keys(1) } }),
    () => parse({ ...ALLOW, Condition: { StringEquals: keys(conditionKeys), StringLike: keys(1) } }),
  ],
  [
    'The policy is longer than 131072 characters.',
    () => parsePolicy(padded(POLICY_LIMITS.characters), 'identity'),
    () => parsePolicy(padded(POLICY_LIMITS.characters + 1), 'identity'),
  ],
  [
    'The policy is nested deeper than 8 levels.',
    () => expect(() => parse({ ...ALLOW, Action: nested(4) })).toThrow('Syntax errors in policy.'),
    () => parse({ ...ALLOW, Action: nested(6) }),
  ],
])('%s', (reason, within, beyond) => {
  within();
  expect(beyond).toThrow(reason);
});

function keys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`aws:PrincipalTag/${i}`, 'a']));
}

function padded(length: number): string {
  const text = JSON.stringify({ Statement: ALLOW });
  return `${text}${' '.repeat(length - text.length)}`;
}

function nested(levels: number): unknown {
  return levels === 0 ? 'ecr:*' : [nested(levels - 1)];
}

test('white space does not count for the size', () => {
  expect(policySize('{\n  "Statement": [\r\n\t] }')).toBe('{"Statement":[]}'.length);
});
