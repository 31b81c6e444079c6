import { expect, test } from 'vitest';
import { asked, attached, onResource } from '../../test/policy/documents.ts';
import { decide } from './evaluate.ts';
import { explain } from './explain.ts';
import type { PolicyRequest, PolicySet } from './types.ts';

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

function explained(policies: PolicySet, request: PolicyRequest = asked()) {
  return explain(request, policies, decide(request, policies));
}

test('each statement says what it lacks, or that it applies', () => {
  const identity = attached([
    { ...ALL, Sid: 'action', Action: 'ecr:PutImage' },
    { ...ALL, Sid: 'resource', Resource: 'arn:aws:ecr:*:*:repository/other' },
    {
      ...ALL,
      Sid: 'condition',
      Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'web' }, Null: { 'aws:username': 'true' } },
    },
    { ...ALL, Sid: 'applies' },
  ]);
  const repository = onResource('repository', [
    { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: '*' },
    { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: '*', Resource: 'whatever' },
  ]);
  const request = asked(undefined, { context: { 'aws:PrincipalTag/team': 'app' } });

  const { documents, denial, isAllowed } = explained({ identity: [identity], resource: [repository] }, request);

  expect({ isAllowed, denial }).toEqual({ isAllowed: true, denial: undefined });
  expect(documents.map((it) => [it.kind, it.says])).toEqual([
    ['identity', 'Allow'],
    ['repository', 'Allow'],
  ]);
  expect(documents.map((it) => it.statements.map((one) => one.lacks))).toEqual([
    ['action', 'resource', 'condition', undefined],
    ['principal', undefined],
  ]);
  expect(documents[0]?.statements[2]).toMatchObject({
    number: 3,
    unmet: [{ operator: 'StringEquals', key: 'aws:PrincipalTag/Team', values: ['web'], given: ['app'] }],
  });
  expect(documents[1]?.statements[1]).toMatchObject({ principal: 'account', applies: true });
});

test('documents that deny say so, and the sentence is that of the refusal', () => {
  const identity = [attached([ALL, { ...ALL, Effect: 'Deny' }])];
  const { documents, isExplicit, denial } = explained({ identity, resource: [] });
  expect(documents[0]?.says).toBe('Deny');
  expect(isExplicit).toBe(true);
  expect(denial).toMatch(/with an explicit deny in an identity-based policy$/);
});

test('documents of all kinds are there, and say nothing where nothing applies', () => {
  const quiet = attached({ ...ALL, Action: 's3:*' });
  const policies = { identity: [attached(ALL)], boundary: quiet, session: [quiet], resource: [] };
  expect(explained(policies).documents.map((it) => [it.kind, it.says])).toEqual([
    ['identity', 'Allow'],
    ['boundary', 'nothing'],
    ['session', 'nothing'],
  ]);
});

test('an Allow that lets a request without the key pass is warned of, unless the key is demanded', () => {
  const condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } };
  const open = attached({ ...ALL, Condition: condition }, { id: 'open' });
  const shut = attached({ ...ALL, Condition: { ...condition, Null: { 'aws:tagkeys': 'false' } } });
  const deny = attached({ ...ALL, Effect: 'Deny', Condition: condition });
  expect(explained({ identity: [open, shut, deny], resource: [] }).warnings).toEqual([
    'open, line 1: ForAllValues:StringEquals also holds when the request has no aws:TagKeys. Add "Null": {"aws:TagKeys": "false"} to demand it.',
  ]);
});
