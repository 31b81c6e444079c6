import {
  CreateRepositoryCommand,
  DeleteRegistryPolicyCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetRegistryPolicyCommand,
  ListImagesCommand,
  PutAccountSettingCommand,
  PutRegistryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { account, allowing, remove, user } from '../../../test/identity.ts';

const A = '123456789012';
const ALL = `arn:aws:ecr:us-east-1:${A}:repository/*`;
const INVALID = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid registry policy provided'";

let berth: TestBerth;
let root: ECRClient;
beforeEach(async () => {
  berth = await startBerth();
  root = ecrClient(berth);
});
afterEach(() => berth.stop());

function statement(effect: 'Allow' | 'Deny', principal: unknown, Action: unknown, Resource: unknown = ALL): object {
  return { Effect: effect, Principal: principal, Action, Resource };
}

function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function put(policyText: string) {
  return root.send(new PutRegistryPolicyCommand({ policyText }));
}

function setScope(value: 'V1' | 'V2') {
  return root.send(new PutAccountSettingCommand({ name: 'REGISTRY_POLICY_SCOPE', value }));
}

describe('a registry policy', () => {
  test('is answered as it was given, until it is deleted', async () => {
    const policyText = policy(statement('Allow', { AWS: A }, ['ecr:ReplicateImage', 'ecr:CreateRepository']));
    const none = refused(
      'RegistryPolicyNotFoundException',
      `Registry policy does not exist in the registry with id '${A}'`,
    );
    await expect(root.send(new GetRegistryPolicyCommand({}))).rejects.toEqual(none);

    expect(await put(policyText)).toMatchObject({ registryId: A, policyText });
    expect(await root.send(new GetRegistryPolicyCommand({}))).toMatchObject({ registryId: A, policyText });
    expect(await root.send(new DeleteRegistryPolicyCommand({}))).toMatchObject({ registryId: A, policyText });

    await expect(root.send(new DeleteRegistryPolicyCommand({}))).rejects.toEqual(none);
  });

  test('is of one region', async () => {
    const elsewhere = await startBerth({ settings: { region: ['us-east-1', 'eu-central-1'] } });
    try {
      await ecrClient(elsewhere).send(
        new PutRegistryPolicyCommand({ policyText: policy(statement('Allow', '*', 'ecr:ListImages')) }),
      );
      const frankfurt = ecrClient(elsewhere, { region: 'eu-central-1' });
      await expect(frankfurt.send(new GetRegistryPolicyCommand({}))).rejects.toThrow('Registry policy does not exist');
    } finally {
      await elsewhere.stop();
    }
  });

  test.each([
    ['no JSON', '['],
    ['a statement without resource', policy({ Effect: 'Allow', Principal: '*', Action: 'ecr:ListImages' })],
    ['a statement without principal', policy({ Effect: 'Allow', Action: 'ecr:ListImages', Resource: ALL })],
    ['an action of another service', policy(statement('Allow', '*', 'kms:Decrypt'))],
    ['a resource of another account', policy(statement('Allow', '*', 'ecr:*', ALL.replace(A, '999999999999')))],
    ['a resource of another region', policy(statement('Allow', '*', 'ecr:*', ALL.replace('us-east-1', 'eu-west-1')))],
    ['a resource of any account', policy(statement('Allow', '*', 'ecr:*', ALL.replace(A, '*')))],
    ['another resource beside its own', policy(statement('Allow', '*', 'ecr:*', [ALL, 'arn:aws:s3:::bucket']))],
    ['somebody unknown', policy(statement('Allow', { AWS: `arn:aws:iam::${A}:role/none` }, 'ecr:*'))],
  ])('that is %s is refused', async (_, text) => {
    await expect(put(text)).rejects.toEqual(
      refused('InvalidParameterException', new RegExp(`^${RegExp.escape(INVALID)}`)),
    );
  });

  test('has at most 10,240 characters', async () => {
    const text = policy(statement('Allow', '*', 'ecr:*'));
    await put(text.padEnd(10_240));

    await expect(put(text.padEnd(10_241))).rejects.toEqual(
      refused('InvalidParameterException', /length less than or equal to 10240/),
    );
  });
});

describe('under scope V2', () => {
  test('every action on a repository is asked of it, and its resources count', async () => {
    await berth.createRepository('team/app');
    await berth.createRepository('other/app');
    const someone = await user(berth);
    const reader = ecrClient(berth, { credentials: someone });
    await put(policy(statement('Allow', { AWS: someone.arn }, 'ecr:ListImages', ALL.replace('*', 'team/*'))));

    await reader.send(new ListImagesCommand({ repositoryName: 'team/app' }));
    await expect(reader.send(new ListImagesCommand({ repositoryName: 'other/app' }))).rejects.toThrow(
      'no identity-based policy allows',
    );
  });

  test('its Deny beats what identity and repository policies allow, root not excepted', async () => {
    await berth.createRepository('app');
    await put(policy(statement('Deny', '*', 'ecr:ListImages')));

    await expect(root.send(new ListImagesCommand({ repositoryName: 'app' }))).rejects.toEqual(
      refused('AccessDeniedException', /with an explicit deny in a resource-based policy$/),
    );
    await root.send(new DeleteRegistryPolicyCommand({}));
    await root.send(new ListImagesCommand({ repositoryName: 'app' }));
  });

  test('it alone lets another account create repositories and list them', async () => {
    const other = await account(berth);
    const admin = await user(berth, { account: other.account, policies: [allowing('ecr:*')] });
    const friend = ecrClient(berth, { credentials: admin });
    const create = () => friend.send(new CreateRepositoryCommand({ registryId: A, repositoryName: 'theirs/app' }));
    await expect(create()).rejects.toThrow('no resource-based policy allows the ecr:CreateRepository action');

    const actions = ['ecr:CreateRepository', 'ecr:DescribeRepositories'];
    await put(policy(statement('Allow', { AWS: other.account }, actions)));

    expect((await create()).repository).toMatchObject({ registryId: A, repositoryName: 'theirs/app' });
    const { repositories } = await friend.send(new DescribeRepositoriesCommand({ registryId: A }));
    expect(repositories?.map((it) => it.repositoryName)).toEqual(['theirs/app']);
  });

  test('a namesake of whom it names inherits nothing', async () => {
    await berth.createRepository('app');
    const first = await user(berth, { name: 'alice' });
    await put(policy(statement('Allow', { AWS: first.arn }, 'ecr:ListImages')));
    await remove(berth, first);
    const second = await user(berth, { name: 'alice' });

    const reader = ecrClient(berth, { credentials: second });
    await expect(reader.send(new ListImagesCommand({ repositoryName: 'app' }))).rejects.toThrow('is not authorized');
    const { policyText } = await root.send(new GetRegistryPolicyCommand({}));
    expect(JSON.parse(policyText ?? '')).toEqual(
      JSON.parse(policy(statement('Allow', { AWS: first.id }, 'ecr:ListImages'))),
    );
  });
});

describe('under scope V1', () => {
  test('three actions alone are taken', async () => {
    await setScope('V1');
    const three = ['ecr:ReplicateImage', 'ecr:BatchImportUpstreamImage', 'ecr:CreateRepository'];

    await put(policy(statement('Allow', '*', three)));
    await put(policy(statement('Allow', '*', 'ecr:*')));
    await expect(put(policy(statement('Allow', '*', [...three, 'ecr:PutImage'])))).rejects.toThrow(
      'The action ecr:PutImage is not one of REGISTRY_POLICY_SCOPE V1.',
    );
  });

  test('a policy counts for them alone, and for all again under V2', async () => {
    await berth.createRepository('app');
    const someone = await user(berth);
    const by = ecrClient(berth, { credentials: someone });
    const list = () => by.send(new ListImagesCommand({ repositoryName: 'app' }));
    await put(policy(statement('Allow', { AWS: someone.arn }, 'ecr:*')));
    await list();

    await setScope('V1');
    await expect(list()).rejects.toThrow('no identity-based policy allows the ecr:ListImages action');
    await by.send(new CreateRepositoryCommand({ repositoryName: 'new' }));

    await setScope('V2');
    await list();
  });
});
