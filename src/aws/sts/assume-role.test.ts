import { DescribeRegistryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import { assuming } from '../../../test/aws/assuming.ts';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { credentialsOf, setTrust, trust } from '../../../test/aws/sts.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { account, allowing, remove, role, setPolicies, type TestRole, user } from '../../../test/identity.ts';
import { ownBerth, sharedBerth } from '../../../test/shared-berth.ts';
import { lookUpEvents } from '../../audit/look-up.ts';
import { changeRole } from '../../storage/metadata/roles.ts';

const shared = sharedBerth();
let berth: TestBerth;
beforeEach(async () => {
  berth = await shared.account();
});

const MAY_ASSUME = allowing('sts:AssumeRole');
const { trusted, assume, chain, whoIs, may } = assuming(() => berth);

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
