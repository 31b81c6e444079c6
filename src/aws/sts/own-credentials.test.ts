import { DescribeRegistryCommand } from '@aws-sdk/client-ecr';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { credentialsOf, setTrust, stsClient, trust } from '../../../test/aws/sts.ts';
import type { TestBerth } from '../../../test/berth.ts';
import {
  account,
  allowing,
  type Credentials,
  denying,
  remove,
  role,
  session,
  setKeyStatus,
  setPolicies,
  user,
} from '../../../test/identity.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const shared = sharedBerth();
let berth: TestBerth;
beforeEach(async () => {
  berth = await shared.account();
});

const whoIs = (as: Credentials) => stsClient(berth, as).send(new GetCallerIdentityCommand({}));
const sessionOf = (as: Credentials, DurationSeconds?: number) =>
  stsClient(berth, as).send(new GetSessionTokenCommand({ DurationSeconds }));
const federate = (as: Credentials, input: Partial<GetFederationTokenCommandInput> = {}) =>
  stsClient(berth, as).send(new GetFederationTokenCommand({ Name: 'fred', ...input }));
const describeRegistry = (credentials: Credentials) =>
  ecrClient(berth, { credentials }).send(new DescribeRegistryCommand({}));
const inSeconds = (seconds: number) =>
  new Date((Math.floor(berth.world.clock.now().getTime() / 1_000) + seconds) * 1_000);
const listUsers = ({ accessKeyId, secretAccessKey, sessionToken = '' }: Credentials) =>
  new IAMClient({
    endpoint: berth.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
  }).send(new ListUsersCommand({}));

const unknown = refused('InvalidClientTokenId', /^The security token included in the request is invalid/);

test('GetCallerIdentity tells each who he is, and no policy denies it', async () => {
  const alice = await user(berth, { name: 'alice', path: '/ops/', policies: [denying('*')] });
  const dev = await role(berth, { name: 'dev', path: '/ci/', policies: [denying('*')] });
  const fred = credentialsOf(await federate(await user(berth, { policies: [allowing('sts:*')] })));
  const own = credentialsOf(await sessionOf(alice));

  expect(await Promise.all([berth, alice, own, session(berth, dev), fred].map(whoIs))).toMatchObject([
    {
      UserId: berth.registry.account,
      Account: berth.registry.account,
      Arn: `arn:aws:iam::${berth.registry.account}:root`,
    },
    { UserId: alice.id, Account: berth.registry.account, Arn: `arn:aws:iam::${berth.registry.account}:user/ops/alice` },
    { UserId: alice.id, Account: berth.registry.account, Arn: `arn:aws:iam::${berth.registry.account}:user/ops/alice` },
    {
      UserId: `${dev.id}:session`,
      Account: berth.registry.account,
      Arn: `arn:aws:sts::${berth.registry.account}:assumed-role/dev/session`,
    },
    {
      UserId: `${berth.registry.account}:fred`,
      Account: berth.registry.account,
      Arn: `arn:aws:sts::${berth.registry.account}:federated-user/fred`,
    },
  ]);
});

describe('GetSessionToken', () => {
  test.each([
    [undefined, 43_200],
    [900, 900],
    [129_600, 129_600],
  ])('asked for %s lasts %s seconds', async (asked, seconds) => {
    const { Credentials: given } = await sessionOf(await user(berth), asked);

    expect(given?.Expiration).toEqual(inSeconds(seconds));
  });

  test('asked by root lasts an hour at most', async () => {
    expect((await sessionOf(berth, 7_200)).Credentials?.Expiration).toEqual(inSeconds(3_600));
    expect((await sessionOf(berth, 900)).Credentials?.Expiration).toEqual(inSeconds(900));
    expect((await sessionOf(berth)).Credentials?.Expiration).toEqual(inSeconds(3_600));
  });

  test.each([899, 129_601])('is not asked for %s seconds', async (asked) => {
    await expect(sessionOf(await user(berth), asked)).rejects.toEqual(refused('ValidationError', /durationSeconds/));
  });

  test('may what its user may at that time, but not IAM, and of STS two operations', async () => {
    const alice = await user(berth, { policies: [allowing('*')] });
    const dev = await role(berth);
    await setTrust(berth, dev, trust(alice.arn));
    const own = credentialsOf(await sessionOf(alice));
    const sts = stsClient(berth, own);

    await expect(describeRegistry(own)).resolves.toBeDefined();
    await expect(listUsers(own)).rejects.toEqual(unknown);
    await expect(whoIs(own)).resolves.toBeDefined();
    await expect(sts.send(new AssumeRoleCommand({ RoleArn: dev.arn, RoleSessionName: 's1' }))).resolves.toBeDefined();
    for (const [call, name] of [
      [() => sessionOf(own), 'GetSessionToken'],
      [() => federate(own), 'GetFederationToken'],
      [() => sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: alice.accessKeyId })), 'GetAccessKeyInfo'],
    ] as const) {
      await expect(call()).rejects.toEqual(refused('AccessDenied', `Cannot call ${name} with session credentials`));
    }
    await setPolicies(berth, alice, []);
    await expect(describeRegistry(own)).rejects.toEqual(refused('AccessDeniedException', /identity-based policy/));
  });

  test('is not for sessions of roles', async () => {
    const dev = await role(berth, { policies: [allowing('*')] });

    await expect(sessionOf(session(berth, dev))).rejects.toEqual(
      refused('AccessDenied', 'Cannot call GetSessionToken with session credentials'),
    );
    await expect(federate(session(berth, dev))).rejects.toEqual(
      refused('AccessDenied', 'Cannot call GetFederationToken with session credentials'),
    );
  });

  test('is over at once when the key is deactivated, and goes on with it', async () => {
    const alice = await user(berth);
    const own = credentialsOf(await sessionOf(alice));

    await setKeyStatus(berth, alice, 'Inactive');
    await expect(whoIs(own)).rejects.toEqual(unknown);
    await setKeyStatus(berth, alice, 'Active');
    await expect(whoIs(own)).resolves.toBeDefined();
  });

  test('is over at once when the user is deleted, also when there is a namesake', async () => {
    const alice = await user(berth, { name: 'alice' });
    const own = credentialsOf(await sessionOf(alice));

    await remove(berth, alice);
    await expect(whoIs(own)).rejects.toEqual(unknown);
    await user(berth, { name: 'alice' });
    await expect(whoIs(own)).rejects.toEqual(unknown);
  });
});

describe('GetFederationToken', () => {
  test('gives a name what the user may, as far as the policies that are passed go', async () => {
    const alice = await user(berth, { policies: [allowing(['ecr:DescribeRegistry', 'sts:*'])] });
    const Policy = JSON.stringify(allowing('ecr:DescribeRegistry'));

    const answer = await federate(alice, { Policy, DurationSeconds: 900 });

    expect(answer).toMatchObject({
      FederatedUser: {
        FederatedUserId: `${berth.registry.account}:fred`,
        Arn: `arn:aws:sts::${berth.registry.account}:federated-user/fred`,
      },
      Credentials: { Expiration: inSeconds(900) },
    });
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    const fred = credentialsOf(answer);
    await expect(describeRegistry(fred)).resolves.toBeDefined();
    await setPolicies(berth, alice, []);
    await expect(describeRegistry(fred)).rejects.toEqual(
      refused('AccessDeniedException', /federated-user\/fred is not authorized/),
    );
  });

  test('with no policy passed may nothing, not even what the user may', async () => {
    const alice = await user(berth, { policies: [allowing('*')] });

    const answer = await federate(alice);

    expect(answer).not.toHaveProperty('PackedPolicySize');
    expect(answer.Credentials?.Expiration).toEqual(inSeconds(43_200));
    await expect(describeRegistry(credentialsOf(answer))).rejects.toEqual(
      refused('AccessDeniedException', /because no session policy allows/),
    );
  });

  test('reaches neither IAM nor STS, but to ask who it is', async () => {
    const alice = await user(berth, { policies: [allowing('*')] });
    const fred = credentialsOf(await federate(alice, { Policy: JSON.stringify(allowing('*')) }));

    await expect(whoIs(fred)).resolves.toBeDefined();
    await expect(listUsers(fred)).rejects.toEqual(unknown);
    const dev = await role(berth);
    const assume = new AssumeRoleCommand({ RoleArn: dev.arn, RoleSessionName: 's1' });
    await expect(stsClient(berth, fred).send(assume)).rejects.toEqual(
      refused('AccessDenied', 'Cannot call AssumeRole with session credentials'),
    );
  });

  test('needs a policy that allows it, for this name, and for tags another', async () => {
    const named = `arn:aws:sts::${berth.registry.account}:federated-user/fred`;
    const alice = await user(berth, { policies: [allowing('sts:GetFederationToken', named)] });

    await expect(federate(alice)).resolves.toBeDefined();
    await expect(federate(alice, { Name: 'frida' })).rejects.toEqual(
      refused('AccessDenied', /sts:GetFederationToken on resource: .*federated-user\/frida because no identity-based/),
    );
    await expect(federate(alice, { Tags: [{ Key: 'a', Value: '1' }] })).rejects.toEqual(
      refused('AccessDenied', /sts:TagSession/),
    );
  });

  test('is not for root, nor for names of one letter or 33', async () => {
    await expect(federate(berth)).rejects.toEqual(
      refused('AccessDenied', 'Cannot call GetFederationToken with root credentials'),
    );
    for (const Name of ['f', 'f'.repeat(33)]) {
      await expect(federate(await user(berth), { Name })).rejects.toEqual(refused('ValidationError', /name/));
    }
  });

  test('is over at once when the key is deactivated', async () => {
    const alice = await user(berth, { policies: [allowing('*')] });
    const fred = credentialsOf(await federate(alice));

    await setKeyStatus(berth, alice, 'Inactive');

    await expect(whoIs(fred)).rejects.toEqual(unknown);
  });
});

test('GetAccessKeyInfo tells whose a key is, to who may ask', async () => {
  const other = await account(berth);
  const ask = (as: Credentials, AccessKeyId: string) =>
    stsClient(berth, as).send(new GetAccessKeyInfoCommand({ AccessKeyId }));

  await expect(ask(berth, other.accessKeyId)).resolves.toMatchObject({ Account: other.account });
  // An example of the IAM User Guide, of an account that is not here.
  await expect(ask(berth, 'ASIAY34FZKBOKMUTVV7A')).resolves.toMatchObject({ Account: '609629065308' });
  await expect(ask(berth, 'AKIA0000000000000000')).rejects.toEqual(refused('ValidationError', /Invalid Access Key Id/));
  await expect(ask(await user(berth), other.accessKeyId)).rejects.toEqual(
    refused('AccessDenied', /sts:GetAccessKeyInfo on resource: \* because no identity-based policy/),
  );
});

test('DecodeAuthorizationMessage knows no message, since none was made', async () => {
  const decode = (as: Credentials) =>
    stsClient(berth, as).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'x' }));

  await expect(decode(berth)).rejects.toEqual(refused('InvalidAuthorizationMessageException', /./));
  await expect(decode(await user(berth))).rejects.toEqual(refused('AccessDenied', /DecodeAuthorizationMessage/));
});
