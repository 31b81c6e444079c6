import { CreateRepositoryCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ecrClient } from '../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import {
  account,
  allowing,
  denying,
  managedPolicy,
  role,
  type TestRole,
  type TestUser,
  user,
} from '../../test/identity.ts';
import { explainAccess } from './explain-access.ts';

const A = '123456789012';
const APP = `arn:aws:ecr:us-east-1:${A}:repository/app`;

let berth: TestBerth;
let alice: TestUser;
let builder: TestRole;
beforeAll(async () => {
  berth = await startBerth();
  alice = await user(berth, { name: 'alice', path: '/team/', policies: [allowing('ecr:PutImage', APP)] });
  const trust = { Effect: 'Allow', Principal: { AWS: A }, Action: 'sts:AssumeRole' };
  builder = await role(berth, {
    name: 'builder',
    path: '/ci/',
    policies: [await managedPolicy(berth, denying('ecr:DeleteRepository'), { name: 'careful' })],
    trust: { Version: '2012-10-17', Statement: trust },
  });
  const ecr = ecrClient(berth);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', tags: [{ Key: 'team', Value: 'web' }] }));
  const condition = { StringEquals: { 'ecr:ResourceTag/team': 'web' }, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
  const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:ListImages', Condition: condition };
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'app', policyText }));
});
afterAll(() => berth.stop());

function explained(
  principal: string,
  action: string,
  resource = APP,
  context: Readonly<Record<string, string[]>> = {},
) {
  return explainAccess(berth.world, { principal, action, resource, context: new Map(Object.entries(context)) });
}

test('a user is allowed by the statement of his that is shown', async () => {
  const explanation = await explained(alice.arn, 'ecr:PutImage');

  expect(explanation).toMatchObject({ isAllowed: true, by: 'identity', denial: undefined, principal: alice.arn });
  expect(explanation?.documents).toMatchObject([
    { kind: 'identity', id: 'inline-0', says: 'Allow', statements: [{ number: 1, applies: true }] },
    { kind: 'repository', says: 'nothing', statements: [{ applies: false, lacks: 'action' }] },
  ]);
});

test('a condition counts with what the request has, and its tags are those of the repository', async () => {
  const denied = await explained(alice.arn, 'ecr:ListImages');
  const allowed = await explained(alice.arn, 'ecr:ListImages', APP, { 'aws:SourceIp': ['192.0.2.7'] });

  expect(denied).toMatchObject({ isAllowed: false, isExplicit: false });
  expect(denied?.documents[1]?.statements).toMatchObject([
    { lacks: 'condition', principal: 'everyone', unmet: [{ operator: 'IpAddress', given: undefined }] },
  ]);
  expect(allowed).toMatchObject({ isAllowed: true, by: 'resource' });
});

test('a role is asked by any of its sessions, and the managed policy that denies is named', async () => {
  const careful = `arn:aws:iam::${A}:policy/careful`;
  const asRole = await explained(builder.arn, 'ecr:DeleteRepository');
  const asSession = await explained(`arn:aws:sts::${A}:assumed-role/builder/s1`, 'ecr:PutImage');

  expect(asRole?.denial).toBe(
    `User: arn:aws:sts::${A}:assumed-role/builder/any-session is not authorized to perform: ecr:DeleteRepository on resource: ${APP} with an explicit deny in an identity-based policy: ${careful}`,
  );
  expect(asSession).toMatchObject({ isAllowed: true, principal: `arn:aws:sts::${A}:assumed-role/builder/s1` });
});

test('of a role that is to be assumed its trust policy is looked at', async () => {
  const explanation = await explained(alice.arn, 'sts:AssumeRole', builder.arn);

  expect(explanation?.denial).toContain('no identity-based policy allows the sts:AssumeRole action');
  expect(explanation?.documents).toMatchObject([
    { kind: 'identity', says: 'nothing' },
    { kind: 'trust', says: 'Allow', statements: [{ principal: 'account' }] },
  ]);
});

test('the root of an account may in its own, and of another account as its policies say', async () => {
  const other = await account(berth);

  expect(await explained(`arn:aws:iam::${A}:root`, 'ecr:DeleteRepository')).toMatchObject({ isAllowed: true });
  expect(await explained(`arn:aws:iam::${other.account}:root`, 'ecr:DeleteRepository')).toMatchObject({
    isAllowed: false,
    by: 'resource',
  });
});

test.each([
  ['a user without his path', `arn:aws:iam::${A}:user/alice`],
  ['a role that there is not', `arn:aws:iam::${A}:role/none`],
  ['a session of no role', `arn:aws:sts::${A}:assumed-role/none/s`],
  ['a group', `arn:aws:iam::${A}:group/team`],
  ['an account that there is not', 'arn:aws:iam::210987654321:root'],
  ['another partition', `arn:aws-cn:iam::${A}:root`],
  ['a text', 'alice'],
])('%s is nobody', async (_, arn) => {
  expect(await explained(arn, 'ecr:PutImage')).toBeUndefined();
});
