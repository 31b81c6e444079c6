import { DescribeRegistryCommand } from '@aws-sdk/client-ecr';
import type { IAM } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { beforeEach, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { type Caller, ecrClient, refused } from '../client.ts';
import { credentialsOf, stsClient } from '../sts.ts';
import { allows, iamClient, trusts } from './client.ts';

const shared = sharedBerth();
let berth: TestBerth;
let roleArn: string;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  roleArn = `arn:aws:iam::${berth.registry.account}:role/app`;
  iam = iamClient(berth);
});

/** Makes a user who may ask for every role, with a key. */
async function makeUser(UserName: string): Promise<Caller & { readonly arn: string }> {
  const { User } = await iam.createUser({ UserName });
  await iam.putUserPolicy({ UserName, PolicyName: 'assume', PolicyDocument: allows('sts:*') });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return {
    arn: User?.Arn ?? '',
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
}

async function deleteUser(UserName: string, { accessKeyId }: Caller): Promise<void> {
  await iam.deleteAccessKey({ UserName, AccessKeyId: accessKeyId });
  await iam.deleteUserPolicy({ UserName, PolicyName: 'assume' });
  await iam.deleteUser({ UserName });
}

async function assume(caller: Caller): Promise<Caller> {
  const asked = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'test' });
  return credentialsOf(await stsClient(berth, caller).send(asked));
}

const describeRegistry = (credentials: Caller) =>
  ecrClient(berth, { credentials }).send(new DescribeRegistryCommand({}));

test('a role that trusts a user trusts him under another name, and nobody who has his old one', async () => {
  const alice = await makeUser('alice');
  await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: trusts({ AWS: alice.arn }) });
  await assume(alice);

  await iam.updateUser({ UserName: 'alice', NewUserName: 'renamed' });
  const namesake = await makeUser('alice');

  await assume(alice);
  const denied = refused('AccessDenied', /not authorized to perform: sts:AssumeRole/);
  await expect(assume(namesake)).rejects.toEqual(denied);
  const { Role } = await iam.getRole({ RoleName: 'app' });
  const shown = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
  expect(shown.Statement[0].Principal).toEqual({ AWS: `arn:aws:iam::${berth.registry.account}:user/renamed` });
  await deleteUser('renamed', alice);
  await iam.updateUser({ UserName: 'alice', NewUserName: 'renamed' });
  await expect(assume(namesake)).rejects.toEqual(denied);
  await iam.updateAssumeRolePolicy({
    RoleName: 'app',
    PolicyDocument: trusts({ AWS: namesake.arn.replace('alice', 'renamed') }),
  });
  await assume(namesake);
});

test('a role that is made again ends the sessions of the first and has nothing of it', async () => {
  const alice = await makeUser('alice');
  const create = () => iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: trusts({ AWS: alice.arn }) });
  const put = (action: string) =>
    iam.putRolePolicy({ RoleName: 'app', PolicyName: 'p', PolicyDocument: allows(action) });
  await create();
  await put('ecr:DescribeRegistry');
  const first = await assume(alice);
  expect(await describeRegistry(first)).toMatchObject({ registryId: berth.registry.account });

  await iam.deleteRolePolicy({ RoleName: 'app', PolicyName: 'p' });
  await expect(describeRegistry(first)).rejects.toEqual(
    refused('AccessDeniedException', /no identity-based policy allows the ecr:DescribeRegistry action/),
  );
  await iam.deleteRole({ RoleName: 'app' });
  await create();
  await put('ecr:DescribeRegistry');

  await expect(describeRegistry(first)).rejects.toEqual(refused('UnrecognizedClientException', /security token/));
  expect(await describeRegistry(await assume(alice))).toMatchObject({ registryId: berth.registry.account });
});
