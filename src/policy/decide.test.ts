import { expect, test } from 'vitest';
import { APP, asked, attached, onResource } from '../../test/policy/documents.ts';
import { decide } from './evaluate.ts';
import type { Asker, Attached, PolicyRequest, PolicySet } from './types.ts';

const A = '111111111111';
const ALICE = `arn:aws:iam::${A}:user/alice`;
const KEY = `arn:aws:kms:us-east-1:${A}:key/1234abcd`;
const ROLE = `arn:aws:iam::${A}:role/deploy`;
const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };
const NONE: PolicySet = { identity: [], resource: [] };

function on(kind: 'trust' | 'repository' | 'registry' | 'key', ...statements: readonly object[]): PolicySet {
  return { identity: [], resource: [onResource(kind, statements)] };
}

function allowed(request: PolicyRequest, policies: PolicySet): boolean {
  return decide(request, policies).isAllowed;
}

function as(asker: Asker, request = asked()): PolicyRequest {
  return { ...request, asker };
}

const root = `arn:aws:iam::${A}:root`;
const anonymous: Asker = { kind: 'anonymous', account: '', arn: '' };

test('nobody who is not known is let in, not even by a document for everyone', () => {
  const everyone = on('repository', { Effect: 'Allow', Principal: '*', Action: '*' });
  const policies = { ...everyone, identity: [attached(ALL)] };
  expect(allowed(as(anonymous), policies)).toBe(false);
  // Of what has no resource the owner is who asks.
  const token = { ...asked(ALICE, { action: 'ecr:GetAuthorizationToken' }), resource: { arn: '*', account: '' } };
  expect(allowed(as(anonymous, token), policies)).toBe(false);
});

test('the root of an account is bound by the policies of its keys', () => {
  const request = asked(root, { action: 'kms:Decrypt', arn: KEY });
  expect(allowed(request, NONE)).toBe(false);
  expect(
    allowed(request, on('key', { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'kms:*', Resource: '*' })),
  ).toBe(false);
  expect(allowed(request, on('key', { Effect: 'Allow', Principal: { AWS: A }, Action: 'kms:*', Resource: '*' }))).toBe(
    true,
  );
});

test('actions on keys that are about no key need no policy of one', () => {
  expect(allowed(asked(root, { action: 'kms:CreateKey', arn: '*' }), NONE)).toBe(true);
  expect(allowed(asked(root, { action: 'kms:CreateAlias', arn: `arn:aws:kms:us-east-1:${A}:alias/a` }), NONE)).toBe(
    true,
  );
});

test('a key or role whose own policy is not among the documents lets nobody in', () => {
  const identity = [attached(ALL)];
  expect(allowed(asked(ALICE, { action: 'kms:Decrypt', arn: KEY }), { identity, resource: [] })).toBe(false);
  expect(allowed(asked(ALICE, { action: 'sts:AssumeRole', arn: ROLE }), { identity, resource: [] })).toBe(false);
});

test('root takes no role, whomever it trusts', () => {
  const trust = on('trust', { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' });
  const decision = decide(asked(root, { action: 'sts:AssumeRole', arn: ROLE }), trust);
  expect(decision).toMatchObject({ isAllowed: false, by: 'trust' });
});

test('a policy of a key says what is about keys, whatever identity policies say', () => {
  const key = on('key', { Effect: 'Allow', Principal: { AWS: A }, Action: 'kms:*', Resource: '*' });
  const request = asked(ALICE, { action: 'kms:Decrypt', arn: KEY });
  expect(decide(request, { ...key, identity: [] })).toMatchObject({ isAllowed: false, by: 'identity' });
  expect(allowed(request, { ...key, identity: [attached(ALL)] })).toBe(true);
});

test('of a key that lacks an Allow the key is named, of a role he who asks', () => {
  const other = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${A}:user/bob` }, Resource: '*' };
  const decrypt = asked(ALICE, { action: 'kms:Decrypt', arn: KEY });
  expect(decide(decrypt, on('key', { ...other, Action: 'kms:*' }))).toMatchObject({ by: 'resource' });
  const assume = asked(ALICE, { action: 'sts:AssumeRole', arn: ROLE });
  expect(decide(assume, on('trust', { ...other, Action: 'sts:*' }))).toMatchObject({ by: 'identity' });
});

test('the policy of a repository is about it whatever its resource says; that of a registry is not', () => {
  const statement = { Effect: 'Allow', Principal: { AWS: ALICE }, Action: '*', Resource: `${APP}-2` };
  expect(allowed(asked(), on('repository', statement))).toBe(true);
  expect(allowed(asked(), on('registry', statement))).toBe(false);
  expect(allowed(asked(ALICE, { arn: `${APP}-2` }), on('registry', statement))).toBe(true);
});

test('a Deny of the registry wins over an Allow of the repository', () => {
  const deny = { Effect: 'Deny', Principal: '*', Action: 'ecr:*', Resource: '*' };
  const allow = { Effect: 'Allow', Principal: { AWS: ALICE }, Action: '*' };
  const resource = [onResource('repository', allow), onResource('registry', deny)];
  expect(decide(asked(), { identity: [attached(ALL)], resource })).toMatchObject({ isExplicit: true, by: 'resource' });
});

const service: Asker = {
  kind: 'service',
  account: A,
  arn: `arn:aws:iam::${A}:role/aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication`,
  service: 'replication.ecr.amazonaws.com',
};
const ELSEWHERE = 'arn:aws:ecr:us-east-1:222222222222:repository/app';

test('a service acts by the policy of its role in its own account', () => {
  const identity = [attached({ ...ALL, Action: 'ecr:ReplicateImage' })];
  const request = as(service, asked(ALICE, { action: 'ecr:ReplicateImage' }));
  expect(allowed(request, { identity, resource: [] })).toBe(true);
  expect(allowed({ ...request, action: 'ecr:DeleteRepository' }, { identity, resource: [] })).toBe(false);
});

test('a service is let into another account by what names it, or its account as well', () => {
  const identity = [attached(ALL)];
  const request = as(service, asked(ALICE, { action: 'ecr:ReplicateImage', arn: ELSEWHERE }));
  const grant = { Effect: 'Allow', Action: 'ecr:*', Resource: '*' };
  const account = on('registry', { ...grant, Principal: { AWS: A } });
  expect(allowed(request, { ...NONE, identity })).toBe(false);
  expect(allowed(request, { ...account, identity })).toBe(true);
  expect(allowed(request, account)).toBe(false);
  expect(allowed(request, on('registry', { ...grant, Principal: { Service: service.service } }))).toBe(true);
  expect(allowed(request, on('registry', { ...grant, Principal: { Service: 'ecr.amazonaws.com' } }))).toBe(false);
});

const PROVIDER = `arn:aws:iam::${A}:oidc-provider/gitlab.com`;
const bearer: Asker = { kind: 'web-identity', account: A, arn: PROVIDER };
const taking = as(bearer, {
  ...asked(ALICE, { action: 'sts:AssumeRoleWithWebIdentity', arn: ROLE, context: { 'gitlab.com:sub': 'project:7' } }),
});
const trusting = {
  Effect: 'Allow',
  Principal: { Federated: PROVIDER },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { 'gitlab.com:sub': 'project:7' } },
};

test('who bears a token takes the roles that trust its provider, on their conditions', () => {
  expect(decide(taking, on('trust', trusting))).toMatchObject({ isAllowed: true, by: 'trust' });
  expect(allowed({ ...taking, context: new Map([['gitlab.com:sub', 'project:8']]) }, on('trust', trusting))).toBe(
    false,
  );
  expect(allowed(taking, on('trust', { ...trusting, Principal: { Federated: `${PROVIDER}/other` } }))).toBe(false);
  expect(allowed(taking, NONE)).toBe(false);
});

test('who bears a token is not among everyone, nor of the account, but a Deny for everyone is for him too', () => {
  for (const Principal of ['*', { AWS: '*' }, { AWS: A }]) {
    expect(allowed(taking, on('trust', { ...trusting, Principal }))).toBe(false);
  }
  const deny = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' };
  expect(decide(taking, on('trust', trusting, deny))).toMatchObject({ isExplicit: true, by: 'trust' });
});

test('of two session policies one that allows is enough', () => {
  const session = [attached({ ...ALL, Action: 'ecr:PutImage' }), attached({ ...ALL, Action: 'ecr:Batch*' })];
  const request = asked(`arn:aws:sts::${A}:assumed-role/dev/s1`);
  expect(allowed(request, { identity: [attached(ALL)], session, resource: [] })).toBe(true);
  expect(allowed({ ...request, action: 'ecr:ListImages' }, { identity: [attached(ALL)], session, resource: [] })).toBe(
    false,
  );
});

test('a session policy that is an empty list allows nothing', () => {
  expect(decide(asked(), { identity: [attached(ALL)], session: [], resource: [] })).toMatchObject({ by: 'session' });
});

const deny = (id: string) => attached({ Effect: 'Deny', Action: '*', Resource: '*' }, { id });

test('of several that deny the kind is named that comes first, and all statements are given', () => {
  const policies = {
    identity: [attached(ALL), deny('i')],
    boundary: deny('b'),
    session: [deny('s')],
    resource: [onResource('repository', { Effect: 'Deny', Principal: '*', Action: '*' })],
  };
  const by = (set: PolicySet) => {
    const { by: kind, statements } = decide(asked(), set);
    return [kind, ...statements.map((it) => it.policy.id)];
  };
  expect(by(policies)).toEqual(['identity', 'i', 'b', 's', 'repository']);
  expect(by({ ...policies, identity: [] })).toEqual(['boundary', 'b', 's', 'repository']);
  expect(by({ ...policies, identity: [], boundary: undefined })).toEqual(['session', 's', 'repository']);
  expect(by({ ...policies, identity: [], boundary: undefined, session: undefined })).toEqual([
    'resource',
    'repository',
  ]);
});

test('of several that lack an Allow the kind is named that comes first', () => {
  const quiet = attached({ ...ALL, Action: 's3:*' });
  const by = (identity: readonly Attached[], boundary: Attached | undefined, session: Attached) =>
    decide(asked(), { identity, boundary, session: [session], resource: [] }).by;
  expect(by([], quiet, quiet)).toBe('identity');
  expect(by([attached(ALL)], quiet, quiet)).toBe('boundary');
  expect(by([attached(ALL)], undefined, quiet)).toBe('session');
});

test('what allows it is given, in the documents on both sides', () => {
  const repository = onResource('repository', [
    { Sid: 'other', Effect: 'Allow', Principal: '*', Action: 'ecr:PutImage' },
    { Sid: 'this', Effect: 'Allow', Principal: { AWS: A }, Action: 'ecr:BatchGetImage' },
  ]);
  const { by, statements } = decide(asked(), { identity: [attached(ALL, { id: 'mine' })], resource: [repository] });
  expect(by).toBe('identity');
  expect(statements.map((it) => [it.policy.id, it.statement.sid])).toEqual([
    ['mine', undefined],
    ['repository', 'this'],
  ]);
});

test('an action without a colon is matched by `*` alone', () => {
  const request = asked(ALICE, { action: 'Everything' });
  expect(allowed(request, { identity: [attached(ALL)], resource: [] })).toBe(true);
  expect(allowed(request, { identity: [attached({ ...ALL, Action: 'ecr:*' })], resource: [] })).toBe(false);
});
