import { expect, test } from 'vitest';
import { asked, attached, onResource } from '../../test/policy/documents.ts';
import { compilePolicy } from './compile.ts';
import { simulate } from './simulate.ts';

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

test('statements that decided are given with their places in the text', () => {
  const text = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
    {
      "Effect": "Allow",
      "Action": "ecr:*",
      "Resource": "*"
    }
  ]
}`;
  const identity = [{ policy: compilePolicy(text), id: 'pull', source: 'group' }] as const;

  expect(simulate(asked(), { identity, resource: [] })).toMatchObject({
    decision: 'allowed',
    matchedStatements: [
      { policyId: 'pull', source: 'group', start: { line: 5, column: 5 }, end: { line: 9, column: 6 } },
    ],
  });
});

test('a denial is explicit or not', () => {
  const deny = attached({ ...ALL, Effect: 'Deny' });
  expect(simulate(asked(), { identity: [], resource: [] })).toMatchObject({
    decision: 'implicitDeny',
    matchedStatements: [],
  });
  expect(simulate(asked(), { identity: [attached(ALL), deny], resource: [] })).toMatchObject({
    decision: 'explicitDeny',
    matchedStatements: [{ policyId: 'p' }],
  });
});

test('keys that statements about the action look at and the request does not have are named', () => {
  const identity = [
    attached([
      { ...ALL, Action: 'ecr:*', Condition: { StringEquals: { 'aws:PrincipalTag/Team': '${aws:username}' } } },
      { ...ALL, Action: 'ecr:PutImage', Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
      { ...ALL, Condition: { StringEquals: { 'AWS:principaltag/team': 'x' } } },
    ]),
  ];
  const request = asked(undefined, { context: { 'aws:UserName': 'alice' } });
  expect(simulate(request, { identity, resource: [] }).missingContextValues).toEqual(['aws:PrincipalTag/Team']);
});

test('what a boundary says by itself is told', () => {
  const identity = [attached(ALL)];
  const boundary = (...statements: object[]) =>
    simulate(asked(), { identity, boundary: attached(statements), resource: [] });
  expect(simulate(asked(), { identity, resource: [] }).isAllowedByBoundary).toBeUndefined();
  expect(boundary(ALL)).toMatchObject({ isAllowedByBoundary: true, decision: 'allowed' });
  expect(boundary({ ...ALL, Action: 's3:*' })).toMatchObject({ isAllowedByBoundary: false, decision: 'implicitDeny' });
  expect(boundary(ALL, { ...ALL, Effect: 'Deny' })).toMatchObject({
    isAllowedByBoundary: false,
    decision: 'explicitDeny',
  });
});

test('between accounts each side is told', () => {
  const xavier = asked('arn:aws:iam::222222222222:user/xavier');
  const repository = onResource('repository', { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: '*' });
  expect(simulate(asked(), { identity: [], resource: [repository] }).sides).toBeUndefined();
  expect(simulate(xavier, { identity: [], resource: [repository] })).toMatchObject({
    decision: 'implicitDeny',
    sides: { identity: 'implicitDeny', resource: 'allowed' },
  });
});

test('keys are simulated without their policy, and by it where it is passed', () => {
  const request = asked(undefined, { action: 'kms:Decrypt', arn: 'arn:aws:kms:us-east-1:111111111111:key/1234abcd' });
  const key = onResource('key', { ...ALL, Principal: { AWS: '111111111111' }, Action: 'kms:Encrypt' });
  expect(simulate(request, { identity: [attached(ALL)], resource: [] }).decision).toBe('allowed');
  expect(simulate(request, { identity: [attached(ALL)], resource: [key] }).decision).toBe('implicitDeny');
});
