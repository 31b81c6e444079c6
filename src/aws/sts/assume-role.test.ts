import { DescribeRegistryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { credentialsOf, setTrust, stsClient, trust } from '../../../test/aws/sts.ts';
import type { TestBerth } from '../../../test/berth.ts';
import {
  account,
  allowing,
  type Credentials,
  managedPolicy,
  remove,
  role,
  session,
  setPolicies,
  type TestRole,
  type TestUser,
  user,
} from '../../../test/identity.ts';
import { ownBerth, sharedBerth } from '../../../test/shared-berth.ts';
import { lookUpEvents } from '../../audit/look-up.ts';
import { changeRole } from '../../storage/metadata/roles.ts';

const shared = sharedBerth();
let berth: TestBerth;
beforeEach(async () => {
  berth = await shared.account();
});

const MAY_ASSUME = allowing('sts:AssumeRole');

/** A role that trusts a user, and asking for a session of it as him unless said otherwise. */
async function trusted(options: { readonly path?: string; readonly policies?: object[] } = {}) {
  const alice = await user(berth, { name: 'alice' });
  const dev = await role(berth, { name: 'dev', ...options });
  await setTrust(berth, dev, trust(alice.arn));
  return { alice, dev };
}

function assume(as: Credentials, { arn }: Pick<TestRole, 'arn'>, input: Partial<AssumeRoleCommandInput> = {}) {
  return stsClient(berth, as).send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 's1', ...input }));
}

const whoIs = (as: Credentials) => stsClient(berth, as).send(new GetCallerIdentityCommand({}));

const may = (ending: string, action = 'sts:AssumeRole') =>
  new RegExp(`is not authorized to perform: ${action} .*${ending}$`);

describe('AssumeRole', () => {
  test('gives whom the role names credentials that are the role, for an hour', async () => {
    const { alice, dev } = await trusted({ path: '/ci/', policies: [allowing('ecr:DescribeRegistry')] });

    const answer = await assume(alice, dev);

    const arn = `arn:aws:sts::${berth.registry.account}:assumed-role/dev/s1`;
    expect(answer.AssumedRoleUser).toEqual({ AssumedRoleId: `${dev.id}:s1`, Arn: arn });
    expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(answer.Credentials?.SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    const now = Math.floor(berth.world.clock.now().getTime() / 1_000);
    expect(answer.Credentials?.Expiration).toEqual(new Date((now + 3_600) * 1_000));
    expect(answer).not.toHaveProperty('PackedPolicySize');
    expect(answer).not.toHaveProperty('SourceIdentity');
    const credentials = credentialsOf(answer);
    expect(await whoIs(credentials)).toMatchObject({
      UserId: `${dev.id}:s1`,
      Account: berth.registry.account,
      Arn: arn,
    });
    const ecr = ecrClient(berth, { credentials });
    await expect(ecr.send(new DescribeRegistryCommand({}))).resolves.toMatchObject({
      registryId: berth.registry.account,
    });
    await expect(ecr.send(new DescribeRepositoriesCommand({}))).rejects.toEqual(
      refused('AccessDeniedException', /assumed-role\/dev\/s1 is not authorized .* no identity-based policy allows/),
    );
  });

  test('ends with its time', async () => {
    berth = await ownBerth();
    const { alice, dev } = await trusted();
    const credentials = credentialsOf(await assume(alice, dev, { DurationSeconds: 900 }));

    berth.pass(899_000);
    await expect(whoIs(credentials)).resolves.toBeDefined();
    berth.pass(2_000);
    await expect(whoIs(credentials)).rejects.toEqual(refused('ExpiredToken', /expired/));
  });

  test('asks own policies also where the role trusts the account, and says which kind is missing', async () => {
    const alice = await user(berth);
    const dev = await role(berth);
    await setTrust(berth, dev, trust(berth.registry.account));

    await expect(assume(alice, dev)).rejects.toEqual(
      refused(
        'AccessDenied',
        `User: ${alice.arn} is not authorized to perform: sts:AssumeRole on resource: ${dev.arn} because no identity-based policy allows the sts:AssumeRole action`,
      ),
    );
    await setPolicies(berth, alice, [allowing('sts:AssumeRole', dev.arn)]);
    await expect(assume(alice, dev)).resolves.toBeDefined();
    await setTrust(berth, dev, trust((await user(berth)).arn));
    await expect(assume(alice, dev)).rejects.toEqual(
      refused('AccessDenied', may('because no role trust policy allows the sts:AssumeRole action')),
    );
  });

  test('a user of another account needs both policies, and the external id that the role asks for', async () => {
    const other = await account(berth);
    const xavier = await user(berth, { account: other.account, policies: [MAY_ASSUME] });
    const poor = await user(berth, { account: other.account });
    const deploy = await role(berth, { name: 'deploy' });
    const condition = { StringEquals: { 'sts:ExternalId': 'e-1' } };
    await setTrust(berth, deploy, trust(other.account, { condition }));

    await expect(assume(xavier, deploy, { ExternalId: 'e-1' })).resolves.toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${berth.registry.account}:assumed-role/deploy/s1` },
    });
    for (const [who, input] of [
      [xavier, {}],
      [xavier, { ExternalId: 'e-2' }],
      [poor, { ExternalId: 'e-1' }],
    ] as const) {
      const denied = refused('AccessDenied', may(`resource: ${deploy.arn}`));
      await expect(assume(who, deploy, input)).rejects.toEqual(denied);
    }
  });

  test('is recorded in both accounts when it is given, and in that of the caller when it is not', async () => {
    const other = await account(berth);
    const xavier = await user(berth, { account: other.account, policies: [MAY_ASSUME] });
    const deploy = await role(berth, { name: 'deploy' });
    await setTrust(berth, deploy, trust(other.account, { condition: { StringEquals: { 'sts:ExternalId': 'e-1' } } }));
    const eventsOf = async (of: string) => {
      const registry = { account: of, region: 'us-east-1' };
      const events = await lookUpEvents(berth.world, { registry, attribute: undefined, from: undefined, limit: 10 });
      return events.map(({ record }) => JSON.parse(record).errorCode ?? 'given').toSorted();
    };

    await assume(xavier, deploy, { ExternalId: 'e-1' });
    await assume(xavier, deploy).catch(() => {});

    await expect.poll(() => eventsOf(other.account)).toEqual(['AccessDenied', 'given']);
    expect(await eventsOf(berth.registry.account)).toEqual(['given']);
  });

  test('tells nobody which roles there are in another account', async () => {
    const other = await account(berth);
    const xavier = await user(berth, { account: other.account, policies: [MAY_ASSUME] });
    const there = await role(berth, { name: 'there' });
    await setTrust(berth, there, trust(berth.registry.account));
    const said = async (arn: string) => {
      const error: { name?: string; message?: string; $metadata?: { httpStatusCode?: number } } = await assume(xavier, {
        arn,
      }).catch((it: unknown) => it as object);
      return [error.name, error.message?.replace(arn, 'ROLE'), error.$metadata?.httpStatusCode];
    };

    const answers = await Promise.all(
      [
        there.arn,
        `${there.arn}x`,
        there.arn.toUpperCase().replace('ARN:AWS:IAM', 'arn:aws:iam').replace('ROLE', 'role'),
        'arn:aws:iam::999999999999:role/there',
        `arn:aws-cn:iam::${berth.registry.account}:role/there`,
      ].map(said),
    );

    const same = [
      'AccessDenied',
      `User: ${xavier.arn} is not authorized to perform: sts:AssumeRole on resource: ROLE`,
      403,
    ];
    expect(answers).toEqual([same, same, same, same, same]);
  });

  test('a role of his own account that is not there: who may assume nothing is not told', async () => {
    const alice = await user(berth);
    const admin = await user(berth, { policies: [MAY_ASSUME] });
    const none = { arn: `arn:aws:iam::${berth.registry.account}:role/none` };

    await expect(assume(alice, none)).rejects.toEqual(
      refused('AccessDenied', may('no identity-based policy allows .*')),
    );
    await expect(assume(admin, none)).rejects.toEqual(refused('AccessDenied', may(`resource: ${none.arn}`)));
  });

  test('knows a role by its whole ARN, path and case included', async () => {
    const { alice, dev } = await trusted({ path: '/ci/' });
    await setPolicies(berth, alice, [MAY_ASSUME]);

    for (const arn of [dev.arn.replace('/ci/', '/'), dev.arn.replace('dev', 'Dev'), dev.arn.replace('dev', 'dev/')]) {
      await expect(assume(alice, { arn })).rejects.toMatchObject({
        name: expect.stringMatching(/AccessDenied|ValidationError/),
      });
    }
    await expect(assume(alice, { arn: `arn:aws:iam::${berth.registry.account}:user/alice` })).rejects.toEqual(
      refused('ValidationError', `arn:aws:iam::${berth.registry.account}:user/alice is invalid`),
    );
  });

  test('root assumes no role, whatever it trusts', async () => {
    const dev = await role(berth);
    await setTrust(berth, dev, trust('*'));

    await expect(assume(berth, dev)).rejects.toEqual(
      refused('AccessDenied', 'Roles may not be assumed by root accounts.'),
    );
  });

  test('a role in a closed account is no role', async () => {
    const other = await account(berth);
    const alice = await user(berth, { policies: [MAY_ASSUME] });
    const dev = await role(berth, { account: other.account });
    await setTrust(berth, dev, trust(alice.arn));
    await expect(assume(alice, dev)).resolves.toBeDefined();

    await berth.world.metadata.write((tx) =>
      tx.updateTable('accounts').set({ closed_at: 1 }).where('account', '=', other.account).execute(),
    );

    await expect(assume(alice, dev)).rejects.toEqual(refused('AccessDenied', may(`resource: ${dev.arn}`)));
  });

  test('a namesake of a trusted user is not trusted', async () => {
    const { alice, dev } = await trusted();
    await remove(berth, alice);
    const namesake = await user(berth, { name: 'alice', policies: [MAY_ASSUME] });

    await expect(assume(namesake, dev)).rejects.toEqual(refused('AccessDenied', may('no role trust policy .*')));
  });

  test('a device or a code for a second factor is wrong, since nobody has one', async () => {
    const { alice, dev } = await trusted();
    const SerialNumber = `arn:aws:iam::${berth.registry.account}:mfa/alice`;

    await expect(assume(alice, dev, { SerialNumber, TokenCode: '123456' })).rejects.toEqual(
      refused('AccessDenied', /^MultiFactorAuthentication failed/),
    );
  });
});

describe('the length of a session', () => {
  test.each([
    [undefined, 43_200, 3_600],
    [900, 3_600, 900],
    [7_200, 7_200, 7_200],
    [43_200, 43_200, 43_200],
  ])('asked for %s of at most %s is %s seconds', async (DurationSeconds, most, seconds) => {
    const { alice, dev } = await trusted();
    await setMost(dev, most);

    const { Credentials: given } = await assume(alice, dev, { DurationSeconds });

    const now = Math.floor(berth.world.clock.now().getTime() / 1_000);
    expect(given?.Expiration).toEqual(new Date((now + seconds) * 1_000));
  });

  test.each([
    [3_601, 3_600, 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'],
    [899, 3_600, /greater than or equal to 900/],
    [43_201, 43_200, /less than or equal to 43200/],
  ])('asked for %s of at most %s is refused', async (DurationSeconds, most, text) => {
    const { alice, dev } = await trusted();
    await setMost(dev, most);

    await expect(assume(alice, dev, { DurationSeconds })).rejects.toEqual(refused('ValidationError', text));
  });

  test('of a role that a role takes is an hour at most, whatever the second role allows', async () => {
    const { dev, chained } = await chain();
    await setMost(dev, 43_200);

    await expect(assume(chained, dev, { DurationSeconds: 3_600 })).resolves.toBeDefined();
    await expect(assume(chained, dev, { DurationSeconds: 3_601 })).rejects.toEqual(
      refused(
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      ),
    );
  });

  function setMost(dev: TestRole, max_session_duration: number): Promise<void> {
    return berth.world.metadata.write((tx) => changeRole(tx, dev.id, { max_session_duration }));
  }
});

/** A session of one role, and a second role that trusts it for all that a chain may hand on. */
async function chain(given: Parameters<typeof session>[2] = {}) {
  const first = await role(berth, { name: 'first' });
  const dev = await role(berth, { name: 'second' });
  const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  await setTrust(berth, dev, trust(first.arn, { actions }));
  return { first, dev, chained: session(berth, first, given) };
}

describe('the trust policy may ask for', () => {
  const tags = [{ Key: 'Team', Value: 'web' }];

  test.each<[string, object, Partial<AssumeRoleCommandInput>, Partial<AssumeRoleCommandInput> | 'of the other role']>([
    [
      'the name of the session',
      { StringEquals: { 'sts:RoleSessionName': 'good' } },
      { RoleSessionName: 'good' },
      { RoleSessionName: 'Good' },
    ],
    ['the external id', { StringEquals: { 'sts:ExternalId': 'e-1' } }, { ExternalId: 'e-1' }, { ExternalId: 'e-10' }],
    ['the source identity', { StringLike: { 'sts:SourceIdentity': 'al*' } }, { SourceIdentity: 'alice' }, {}],
    [
      'a tag',
      { StringEquals: { 'aws:RequestTag/team': 'web' } },
      { Tags: tags },
      { Tags: [{ Key: 'Team', Value: 'ops' }] },
    ],
    [
      'the keys of tags',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] } },
      { Tags: tags },
      { Tags: [...tags, { Key: 'x', Value: '' }] },
    ],
    [
      'transitive keys',
      { 'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': 'Team' } },
      { Tags: tags, TransitiveTagKeys: ['Team'] },
      { Tags: tags },
    ],
    [
      'the length of the session',
      { NumericLessThanEquals: { 'sts:DurationSeconds': '1800' } },
      { DurationSeconds: 1_800 },
      { DurationSeconds: 1_801 },
    ],
    ['a tag of the role', { StringEquals: { 'aws:ResourceTag/stage': 'test' } }, {}, 'of the other role'],
  ])('%s', async (_what, condition, right, wrong) => {
    const alice = await user(berth);
    const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
    const dev = await role(berth, { tags: { Stage: 'test' } });
    const prod = await role(berth, { name: 'prod', tags: { Stage: 'prod' } });
    await setTrust(berth, dev, trust(alice.arn, { actions, condition }));
    await setTrust(berth, prod, trust(alice.arn, { actions, condition }));

    await expect(assume(alice, dev, right)).resolves.toBeDefined();
    const asked = wrong === 'of the other role' ? assume(alice, prod) : assume(alice, dev, wrong);
    await expect(asked).rejects.toEqual(refused('AccessDenied', may('.*', 'sts:[A-Za-z]+')));
  });

  test.each<[string, Partial<AssumeRoleCommandInput>]>([
    ['sts:TagSession', { Tags: tags }],
    ['sts:SetSourceIdentity', { SourceIdentity: 'alice' }],
  ])('nothing, and %s is still asked for', async (action, input) => {
    const { alice, dev } = await trusted();

    await expect(assume(alice, dev, input)).rejects.toEqual(refused('AccessDenied', may('.*', action)));
  });
});

describe('what a session carries', () => {
  test('tags count for it before those of the role, and are told apart by no case', async () => {
    const alice = await user(berth);
    const condition = { StringEquals: { 'aws:PrincipalTag/TEAM': 'web' } };
    const [statement] = (allowing('ecr:DescribeRegistry') as { Statement: [object] }).Statement;
    const policies = [{ Version: '2012-10-17', Statement: [{ ...statement, Condition: condition }] }];
    const dev = await role(berth, { tags: { team: 'ops' }, policies });
    await setTrust(berth, dev, trust(alice.arn, { actions: ['sts:AssumeRole', 'sts:TagSession'] }));
    const mayDescribe = async (Tags: AssumeRoleCommandInput['Tags']) => {
      const credentials = credentialsOf(await assume(alice, dev, { Tags }));
      return ecrClient(berth, { credentials }).send(new DescribeRegistryCommand({}));
    };

    await expect(mayDescribe([{ Key: 'Team', Value: 'web' }])).resolves.toBeDefined();
    await expect(mayDescribe([])).rejects.toEqual(refused('AccessDeniedException', /./));
  });

  test.each<[string, AssumeRoleCommandInput['Tags'], RegExp]>([
    [
      'one key twice',
      [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '2' },
      ],
      /^Duplicate tag keys found/,
    ],
    ['a key of AWS', [{ Key: 'AWS:x', Value: '1' }], /reserved/],
    ['more than 50', Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })), /less than or equal to 50/],
  ])('not tags with %s', async (_what, Tags, text) => {
    const { alice, dev } = await trusted();

    await expect(assume(alice, dev, { Tags })).rejects.toEqual(refused('ValidationError', text));
  });

  test('a transitive key must be one of the tags', async () => {
    const { alice, dev } = await trusted();

    await expect(
      assume(alice, dev, { Tags: [{ Key: 'a', Value: '' }], TransitiveTagKeys: ['A', 'b'] }),
    ).rejects.toEqual(refused('ValidationError', /transitive tag key must be included in the requested tags/));
  });

  test('transitive tags and the source identity go down the chain, and nobody changes them', async () => {
    const { dev, chained } = await chain({
      tags: { Project: 'p1', Other: 'o' },
      transitiveTagKeys: ['project'],
      sourceIdentity: 'alice',
    });
    const third = await role(berth, { name: 'third' });
    const condition = {
      StringEquals: { 'aws:PrincipalTag/Project': 'p1', 'aws:SourceIdentity': 'alice', 'sts:SourceIdentity': 'alice' },
      Null: { 'aws:PrincipalTag/Other': 'true' },
    };
    const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
    await setTrust(berth, third, trust(dev.arn, { actions, condition }));

    const second = await assume(chained, dev);

    expect(second.SourceIdentity).toBe('alice');
    await expect(assume(credentialsOf(second), third)).resolves.toMatchObject({ SourceIdentity: 'alice' });
    for (const input of [
      { Tags: [{ Key: 'PROJECT', Value: 'p2' }] },
      { Tags: [{ Key: 'project', Value: 'p1' }] },
      { SourceIdentity: 'bob' },
    ]) {
      await expect(assume(credentialsOf(second), third, input)).rejects.toEqual(refused('InvalidParameterValue', /./));
    }
    await expect(assume(credentialsOf(second), third, { SourceIdentity: 'alice' })).resolves.toBeDefined();
    // The tag that is not transitive has ended, so it may be set again.
    await expect(assume(chained, dev, { Tags: [{ Key: 'Other', Value: 'x' }] })).resolves.toBeDefined();
  });

  test('what comes down the chain is asked for as what is new', async () => {
    const { first, dev } = await chain();
    await setTrust(berth, dev, trust(first.arn));

    const tagged = session(berth, first, { tags: { a: '1' }, transitiveTagKeys: ['a'] });
    await expect(assume(tagged, dev)).rejects.toEqual(refused('AccessDenied', may('.*', 'sts:TagSession')));
    const known = session(berth, first, { sourceIdentity: 'alice' });
    await expect(assume(known, dev)).rejects.toEqual(refused('AccessDenied', may('.*', 'sts:SetSourceIdentity')));
  });

  test('policies that are passed bound it, and add nothing', async () => {
    const { alice, dev } = await trusted({
      policies: [allowing(['ecr:DescribeRegistry', 'ecr:DescribeRepositories'])],
    });
    const one = await managedPolicy(berth, allowing('ecr:DescribeRepositories'));
    const describe_ = async (input: Partial<AssumeRoleCommandInput>) => {
      const answer = await assume(alice, dev, input);
      expect(answer.PackedPolicySize).toBeGreaterThan(0);
      expect(answer.PackedPolicySize).toBeLessThan(20);
      return ecrClient(berth, { credentials: credentialsOf(answer) }).send(new DescribeRegistryCommand({}));
    };
    const text = (actions: string) => JSON.stringify(allowing(actions));

    await expect(describe_({ Policy: text('ecr:DescribeRegistry') })).resolves.toBeDefined();
    await expect(describe_({ Policy: text('ecr:Describe*'), PolicyArns: [{ arn: one }] })).resolves.toBeDefined();
    for (const input of [{ Policy: text('ecr:DescribeRepositories') }, { PolicyArns: [{ arn: one }] }]) {
      await expect(describe_(input)).rejects.toEqual(
        refused('AccessDeniedException', /because no session policy allows/),
      );
    }
    await setPolicies(berth, dev, []);
    await expect(describe_({ Policy: text('ecr:DescribeRegistry') })).rejects.toEqual(
      refused('AccessDeniedException', /because no identity-based policy allows/),
    );
  });

  test.each<[string, Partial<AssumeRoleCommandInput>, string, RegExp]>([
    ['that is no JSON', { Policy: '{' }, 'MalformedPolicyDocumentException', /./],
    ['with a principal', { Policy: JSON.stringify(trust('*')) }, 'MalformedPolicyDocumentException', /./],
    [
      'of 2,049 characters',
      { Policy: JSON.stringify(allowing('*')).padEnd(2_049) },
      'ValidationError',
      /at 'policy' .* 2048$/,
    ],
    [
      'of another account',
      { PolicyArns: [{ arn: 'arn:aws:iam::210987654321:policy/x' }] },
      'ValidationError',
      /does not exist/,
    ],
    [
      'too many',
      { PolicyArns: Array(11).fill({ arn: 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly' }) },
      'ValidationError',
      /at 'policyArns' .* 10$/,
    ],
  ])('not a policy %s', async (_what, input, code, text) => {
    const { alice, dev } = await trusted();

    await expect(assume(alice, dev, input)).rejects.toEqual(refused(code, text));
  });

  test('not a policy that is not there', async () => {
    const { alice, dev } = await trusted();
    const PolicyArns = [{ arn: `arn:aws:iam::${berth.registry.account}:policy/none` }];

    await expect(assume(alice, dev, { PolicyArns })).rejects.toEqual(
      refused('ValidationError', /policy\/none does not exist/),
    );
  });

  test('it has as much room as is told, and no more', async () => {
    const alice = await user(berth);
    const dev = await role(berth);
    await setTrust(berth, dev, trust(alice.arn, { actions: ['sts:AssumeRole', 'sts:TagSession'] }));
    const tags = (many: number) =>
      Array.from({ length: many }, (_, i) => ({
        Key: `k${i}`,
        Value: berth.world.ids.bytes(128).toString('base64').slice(0, 150),
      }));

    const little = await assume(alice, dev, { Tags: tags(1) });
    const much = await assume(alice, dev, { Tags: tags(14), Policy: JSON.stringify(allowing('ecr:*')) });

    expect(little.PackedPolicySize).toBeLessThan(10);
    expect(much.PackedPolicySize).toBeGreaterThan(70);
    expect(much.Credentials?.SessionToken?.length).toBeLessThan(4_096);
    await expect(whoIs(credentialsOf(much))).resolves.toBeDefined();
    await expect(assume(alice, dev, { Tags: tags(50) })).rejects.toEqual(
      refused('PackedPolicyTooLargeException', /^Packed size of policy consumes [1-9][0-9]{2}% of allotted space\.$/),
    );
  });
});

describe('a session is over at once', () => {
  async function begun(): Promise<{ alice: TestUser; dev: TestRole; credentials: Required<Credentials> }> {
    const { alice, dev } = await trusted();
    return { alice, dev, credentials: credentialsOf(await assume(alice, dev)) };
  }
  const unknown = refused('InvalidClientTokenId', /^The security token included in the request is invalid/);

  test('when its role is deleted, also when there is a role of that name again', async () => {
    const { dev, credentials } = await begun();

    await remove(berth, dev);
    await expect(whoIs(credentials)).rejects.toEqual(unknown);
    await role(berth, { name: 'dev' });
    await expect(whoIs(credentials)).rejects.toEqual(unknown);
  });

  test('when the epoch of its role is raised', async () => {
    const { alice, dev, credentials } = await begun();

    await berth.world.metadata.write((tx) => changeRole(tx, dev.id, { token_epoch: 2 }));

    await expect(whoIs(credentials)).rejects.toEqual(unknown);
    await expect(whoIs(credentialsOf(await assume(alice, dev)))).resolves.toBeDefined();
  });

  test('for what a policy denies to sessions that began before', async () => {
    const { alice, dev } = await trusted({ policies: [allowing('ecr:*')] });
    const describe_ = async (credentials: Credentials) =>
      ecrClient(berth, { credentials }).send(new DescribeRegistryCommand({}));
    const old = credentialsOf(await assume(alice, dev));
    await expect(describe_(old)).resolves.toBeDefined();
    berth.pass(1_000);
    const now = berth.world.clock.now().toISOString();

    // What the console of IAM puts on a role to revoke its sessions.
    const revoke = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': now } },
    };
    await setPolicies(berth, dev, [allowing('ecr:*'), { Version: '2012-10-17', Statement: [revoke] }]);

    await expect(describe_(old)).rejects.toEqual(refused('AccessDeniedException', /explicit deny/));
    await expect(describe_(credentialsOf(await assume(alice, dev)))).resolves.toBeDefined();
  });

  test('not when its user has lost his key: a role is not his', async () => {
    const { alice, credentials } = await begun();

    await remove(berth, alice);

    await expect(whoIs(credentials)).resolves.toBeDefined();
  });

  test('when its token, its key or its secret is of another one, or changed', async () => {
    const { alice, dev, credentials } = await begun();
    const other = credentialsOf(await assume(alice, dev));
    const changed = `${credentials.sessionToken.slice(0, 40)}${credentials.sessionToken[40] === 'A' ? 'B' : 'A'}${credentials.sessionToken.slice(41)}`;

    for (const sessionToken of [other.sessionToken, changed, '', 'x'.repeat(100_00)]) {
      await expect(whoIs({ ...credentials, sessionToken })).rejects.toEqual(unknown);
    }
    await expect(whoIs({ ...credentials, secretAccessKey: other.secretAccessKey })).rejects.toEqual(
      refused('SignatureDoesNotMatch', /./),
    );
    await expect(whoIs({ ...alice, sessionToken: credentials.sessionToken })).rejects.toEqual(unknown);
  });

  test('when the clock was put back to before it began', async () => {
    berth = await ownBerth();
    const { credentials } = await begun();

    berth.pass(-4 * 60_000);
    await expect(whoIs(credentials)).resolves.toBeDefined();
    berth.pass(-2 * 60_000);
    await expect(whoIs(credentials)).rejects.toEqual(unknown);
  });
});
