import { expect, test } from 'vitest';
import { askerOf } from '../../test/policy/cases.ts';
import { compilePolicy } from './compile.ts';
import { contextKeysOf } from './context-keys.ts';
import { prepare } from './prepare.ts';
import type { Asker } from './types.ts';

const A = '111111111111';
const USER = `arn:aws:iam::${A}:user/alice`;
const ROLE = `arn:aws:iam::${A}:role/dev`;
const SESSION = `arn:aws:sts::${A}:assumed-role/dev/s1`;
const PROVIDER = `arn:aws:iam::${A}:oidc-provider/gitlab.com`;

function matchOf(
  principal: unknown,
  asker: Asker,
  {
    ids,
    region = 'us-east-1',
    not = false,
  }: { ids?: Readonly<Record<string, string>>; region?: string; not?: boolean } = {},
) {
  const statement = { Effect: not ? 'Deny' : 'Allow', [not ? 'NotPrincipal' : 'Principal']: principal, Action: '*' };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const policy = compilePolicy(text, ids && new Map(Object.entries(ids)));
  const context = new Map([['aws:requestedregion', region]]);
  const request = prepare({ asker, action: 'ecr:PutImage', resource: { arn: '*', account: A }, context });
  return policy.statements[0]?.principalMatch(request);
}

const alice = askerOf(USER);
const session = askerOf(SESSION);
const fred = askerOf(`arn:aws:sts::${A}:federated-user/fred`);
const root = askerOf(`arn:aws:iam::${A}:root`);
const replication: Asker = { kind: 'service', account: A, arn: '', service: 'replication.ecr.amazonaws.com' };
const bearer: Asker = { kind: 'web-identity', account: A, arn: PROVIDER };
const nobody: Asker = { kind: 'anonymous', account: '', arn: '' };

test.each<[string, unknown, Asker, string | undefined]>([
  ['everyone is a user', '*', alice, 'everyone'],
  ['everyone is a service', '*', replication, 'everyone'],
  ['nobody is someone', '*', nobody, undefined],
  ['a user is of his account', { AWS: A }, alice, 'account'],
  ['a user is of no other account', { AWS: '222222222222' }, alice, undefined],
  ['root is of his account', { AWS: `arn:aws:iam::${A}:root` }, root, 'account'],
  ['who bears a token is of no account', { AWS: A }, bearer, undefined],
  ['a session is one of its role', { AWS: ROLE }, session, 'role'],
  ['a session is nearer by its own name', { AWS: [ROLE, A, SESSION] }, session, 'session'],
  ['a session is no other session', { AWS: `${SESSION}0` }, session, undefined],
  ['a federated user is one of his user', { AWS: USER }, fred, 'user'],
  ['a federated user is nearer by his own name', { AWS: [USER, fred.arn] }, fred, 'session'],
  ['a service has its name', { Service: 'replication.ecr.amazonaws.com' }, replication, 'service'],
  [
    'a service has a name in its region',
    { Service: 'replication.ecr.us-east-1.amazonaws.com' },
    replication,
    'service',
  ],
  [
    'a service has none in another region',
    { Service: 'replication.ecr.eu-west-1.amazonaws.com' },
    replication,
    undefined,
  ],
  ['a service is no other', { Service: 'ecr.amazonaws.com' }, replication, undefined],
  ['who bears a token has its provider', { Federated: PROVIDER }, bearer, 'federated'],
  ['who bears a token has no other', { Federated: `${PROVIDER}/x` }, bearer, undefined],
  ['a user is no provider', { Federated: PROVIDER }, alice, undefined],
])('%s', (_, principal, asker, expected) => {
  expect(matchOf(principal, asker)).toBe(expected);
});

test('a user, role or session is who had that name when the document was saved', () => {
  const ids = { [USER]: 'AIDAALICE', [ROLE]: 'AROADEV', [SESSION]: 'AROADEV' };
  expect(matchOf({ AWS: USER }, alice, { ids })).toBe('user');
  expect(matchOf({ AWS: ROLE }, session, { ids })).toBe('role');
  expect(matchOf({ AWS: SESSION }, session, { ids })).toBe('session');
});

test('a namesake is not meant, and neither is who was nobody when the document was saved', () => {
  const ids = { [USER]: 'AIDAOLD', [ROLE]: 'AROAOLD', [SESSION]: 'AROAOLD' };
  for (const saved of [ids, {}]) {
    expect(matchOf({ AWS: USER }, alice, { ids: saved })).toBeUndefined();
    expect(matchOf({ AWS: USER }, fred, { ids: saved })).toBeUndefined();
    expect(matchOf({ AWS: ROLE }, session, { ids: saved })).toBeUndefined();
    expect(matchOf({ AWS: SESSION }, session, { ids: saved })).toBeUndefined();
  }
});

test('a namesake is not spared where all but some are denied', () => {
  expect(matchOf({ AWS: USER }, alice, { not: true, ids: { [USER]: 'AIDAALICE' } })).toBeUndefined();
  expect(matchOf({ AWS: USER }, alice, { not: true, ids: { [USER]: 'AIDAOLD' } })).toBe('everyone');
});

test('a user is meant by his id, whatever his name is now', () => {
  const id = 'AIDAJQABLZS4A3QDU576Q';
  const renamed: Asker = { kind: 'user', account: A, arn: `${USER}-2`, userId: id };
  expect(matchOf({ AWS: USER }, renamed, { ids: { [USER]: id } })).toBe('user');
  expect(matchOf({ AWS: id }, renamed, { ids: {} })).toBe('user');
});

test.each<[string, unknown, Asker, boolean]>([
  ['the user who is listed', { AWS: USER }, alice, true],
  ['the session of a role that is listed', { AWS: ROLE }, session, true],
  ['the root whose account is listed', { AWS: A }, root, true],
  ['not the user whose account is listed', { AWS: A }, alice, false],
  ['not the session whose account is listed', { AWS: A }, session, false],
  ['not who is anonymous', { AWS: A }, nobody, false],
  ['the service that is listed', { Service: 'replication.ecr.amazonaws.com' }, replication, true],
  ['everyone', '*', alice, true],
])('a Deny for all but some spares %s', (_, principal, asker, isSpared) => {
  expect(matchOf(principal, asker, { not: true })).toBe(isSpared ? undefined : 'everyone');
});

test('the keys of conditions and of variables are known, each once and as it is written', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: '*',
        Resource: 'arn:aws:ecr:*:*:repository/${aws:PrincipalTag/Team}/*',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '${aws:PrincipalAccount}' },
          Null: { 'AWS:sourceaccount': 'false' },
          IpAddress: { 'aws:SourceIp': '${aws:NotAVariable}' },
        },
      },
    ],
  });
  const policy = compilePolicy(text);
  expect(contextKeysOf([policy, policy])).toEqual([
    'aws:SourceAccount',
    'aws:SourceIp',
    'aws:PrincipalTag/Team',
    'aws:PrincipalAccount',
  ]);
  expect(policy.contextKeys).toContain('aws:principaltag/team');
});

test('in the old version there are no variables', () => {
  const statement = { Effect: 'Allow', Action: '*', Resource: 'arn:aws:ecr:*:*:repository/${aws:username}' };
  expect(compilePolicy(JSON.stringify({ Statement: statement })).contextKeys.size).toBe(0);
});

test('a request is shown the statements that may be about its service, in their order', () => {
  const of = (Sid: string, rest: object) => ({ Sid, Effect: 'Allow', Resource: '*', ...rest });
  const policy = compilePolicy(
    JSON.stringify({
      Statement: [
        of('ecr', { Action: ['ecr:*', 's3:GetObject'] }),
        of('all', { Action: '*' }),
        of('iam', { Action: 'IAM:Get*' }),
        of('not', { NotAction: 'ecr:*' }),
      ],
    }),
  );
  const sids = (service: string) => policy.statementsFor(service).map((it) => it.sid);
  expect(sids('ecr')).toEqual(['ecr', 'all', 'not']);
  expect(sids('iam')).toEqual(['all', 'iam', 'not']);
  expect(sids('kms')).toEqual(['all', 'not']);
});
