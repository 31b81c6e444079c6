import { afterAll, beforeAll, expect, test } from 'vitest';
import { berth as command } from './backup/command.ts';
import { startBerth, type TestBerth } from './berth.ts';
import { allowing, type TestUser, user } from './identity.ts';

const APP = 'arn:aws:ecr:us-east-1:123456789012:repository/app';

let berth: TestBerth;
let alice: TestUser;
beforeAll(async () => {
  berth = await startBerth();
  const statement = {
    Effect: 'Allow',
    Action: 'ecr:DeleteRepository',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/team': ['web', 'db'] } },
  };
  const policies = [allowing('ecr:PutImage', APP), { Version: '2012-10-17', Statement: [statement] }];
  alice = await user(berth, { name: 'alice', policies, tags: { team: 'ops' } });
});
afterAll(() => berth.stop());

const explain = (...args: string[]) => command(['explain', '--data-dir', berth.settings.dataDir, ...args]);

test('beside a server it says in words which statements decide, and what the others lack', async () => {
  const { status, out } = await explain(
    '--principal',
    alice.arn,
    '--action',
    'ecr:DeleteRepository',
    '--resource',
    APP,
  );

  expect(status).toBe(0);
  expect(out.split('\n')).toEqual([
    `User: ${alice.arn} is not authorized to perform: ecr:DeleteRepository on resource: ${APP} because no identity-based policy allows the ecr:DeleteRepository action`,
    '',
    'KIND      POLICY    STATEMENT  LINE  EFFECT  APPLIES',
    'identity  inline-0  1          1     Allow   no: another action',
    'identity  inline-1  1          1     Allow   no: StringEquals aws:PrincipalTag/team web, db, and the request has ops',
    '',
  ]);
});

test('for programs it says the same as JSON', async () => {
  const asked = ['--principal', alice.arn, '--action', 'ecr:PutImage', '--resource', APP, '--output', 'json'];

  const { status, out } = await explain(...asked);

  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    principal: alice.arn,
    action: 'ecr:PutImage',
    resource: APP,
    isAllowed: true,
    by: 'identity',
    documents: [
      { id: 'inline-0', says: 'Allow' },
      { id: 'inline-1', says: 'nothing' },
    ],
  });
});

test.each([
  [
    'somebody unknown',
    ['--principal', 'arn:aws:iam::123456789012:user/bob', '--action', 'ecr:PutImage'],
    1,
    'no principal',
  ],
  ['wildcards', ['--principal', 'arn:aws:iam::123456789012:root', '--action', 'ecr:*'], 1, 'is no action'],
  ['no action', ['--principal', 'arn:aws:iam::123456789012:root'], 2, "'--action <action>'"],
  [
    'a condition key without value',
    ['--principal', 'arn:aws:iam::123456789012:root', '--action', 'ecr:PutImage', '--context', 'aws:SourceIp'],
    1,
    'has no value',
  ],
])('asking about %s fails and says why', async (_, args, expected, why) => {
  const { status, out, err } = await explain(...args);

  expect({ status, out }).toEqual({ status: expected, out: '' });
  expect(err).toContain(why);
});
