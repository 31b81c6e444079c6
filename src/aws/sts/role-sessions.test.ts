import { DescribeRegistryCommand } from '@aws-sdk/client-ecr';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import { assuming } from '../../../test/aws/assuming.ts';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { credentialsOf, setTrust, trust } from '../../../test/aws/sts.ts';
import type { TestBerth } from '../../../test/berth.ts';
import {
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
import { changeRole } from '../../storage/metadata/roles.ts';

const shared = sharedBerth();
let berth: TestBerth;
beforeEach(async () => {
  berth = await shared.account();
});

const { trusted, assume, chain, whoIs, may } = assuming(() => berth);

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
