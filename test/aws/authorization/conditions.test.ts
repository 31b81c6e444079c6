import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAccountSettingCommand,
  ListImagesCommand,
  PutAccountSettingCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../berth.ts';
import { allowing, role, session, user } from '../../identity.ts';
import { ecrClient } from '../client.ts';

const arnOf = (name: string) => `arn:aws:ecr:us-east-1:123456789012:repository/${name}`;

let berth: TestBerth;
let root: ECRClient;
beforeAll(async () => {
  berth = await startBerth();
  root = ecrClient(berth);
  for (const team of ['web', 'db']) {
    await root.send(
      new CreateRepositoryCommand({ repositoryName: `of-${team}`, tags: [{ Key: 'Team', Value: team }] }),
    );
  }
});
afterAll(() => berth.stop());

/** A user who may do these actions where the condition holds. */
async function onCondition(
  actions: string | string[],
  condition: object,
  tags: Readonly<Record<string, string>> = {},
): Promise<ECRClient> {
  const statement = { Effect: 'Allow', Action: actions, Resource: '*', Condition: condition };
  const policies = [{ Version: '2012-10-17', Statement: statement }];
  return ecrClient(berth, { credentials: await user(berth, { policies, tags }) });
}

/** Which of the calls are allowed. */
async function allowed(...calls: Promise<unknown>[]): Promise<boolean[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((it) => {
    if (it.status === 'fulfilled') return true;
    expect(it.reason).toMatchObject({ name: 'AccessDeniedException' });
    return false;
  });
}

test.each(['ecr:ResourceTag/team', 'aws:ResourceTag/Team', 'AWS:resourceTag/TEAM'])(
  '%s is the tag of the repository, whatever the case of its name',
  async (key) => {
    const by = await onCondition('ecr:ListImages', { StringEquals: { [key]: 'web' } });
    const list = (repositoryName: string) => by.send(new ListImagesCommand({ repositoryName }));

    expect(await allowed(list('of-web'), list('of-db'), list('none'))).toEqual([true, false, false]);
  },
);

test('the tag of a repository counts as it is at the time of the request', async () => {
  const by = await onCondition('ecr:ListImages', { StringEquals: { 'ecr:ResourceTag/Stage': 'open' } });
  const list = () => by.send(new ListImagesCommand({ repositoryName: 'of-web' }));
  const resourceArn = arnOf('of-web');

  expect(await allowed(list())).toEqual([false]);
  await root.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'Stage', Value: 'open' }] }));
  expect(await allowed(list())).toEqual([true]);
  await root.send(new UntagResourceCommand({ resourceArn, tagKeys: ['Stage'] }));
  expect(await allowed(list())).toEqual([false]);
});

test('a repository is for whom carries its tag, and a session’s tag goes before that of its role', async () => {
  const statement = {
    Effect: 'Allow',
    Action: 'ecr:ListImages',
    Resource: '*',
    Condition: { StringEquals: { 'ecr:ResourceTag/Team': `\${aws:PrincipalTag/team}` } },
  };
  const policies = [{ Version: '2012-10-17', Statement: statement }];
  const builder = await role(berth, { policies, tags: { Team: 'web' } });
  const list = (credentials: Parameters<typeof session>[2], repositoryName: string) =>
    ecrClient(berth, { credentials: session(berth, builder, credentials) }).send(
      new ListImagesCommand({ repositoryName }),
    );

  expect(await allowed(list({}, 'of-web'), list({}, 'of-db'))).toEqual([true, false]);
  const asDb = { tags: { team: 'db' } };
  expect(await allowed(list(asDb, 'of-web'), list(asDb, 'of-db'))).toEqual([false, true]);
});

test('creating with tags asks for ecr:TagResource too, and for the tags that are given', async () => {
  const create = (by: ECRClient, repositoryName: string, tags?: { Key: string; Value: string }[]) =>
    by.send(new CreateRepositoryCommand({ repositoryName, tags }));
  const mayCreate = ecrClient(berth, {
    credentials: await user(berth, { policies: [allowing('ecr:CreateRepository')] }),
  });
  const mayTag = await onCondition(['ecr:CreateRepository', 'ecr:TagResource'], {
    StringEquals: { 'aws:RequestTag/Team': 'web' },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team', 'Stage'] },
  });
  const [web, db, more] = [
    [{ Key: 'Team', Value: 'web' }],
    [{ Key: 'Team', Value: 'db' }],
    [
      { Key: 'Team', Value: 'web' },
      { Key: 'Other', Value: 'x' },
    ],
  ];

  await expect(create(mayCreate, 'made/0', web)).rejects.toThrow(
    `is not authorized to perform: ecr:TagResource on resource: ${arnOf('made/0')}`,
  );
  expect(await allowed(create(mayCreate, 'made/1'))).toEqual([true]);
  expect(
    await allowed(
      create(mayTag, 'made/2', web),
      create(mayTag, 'made/3', db),
      create(mayTag, 'made/4', more),
      create(mayTag, 'made/5'),
    ),
  ).toEqual([true, false, false, false]);
  const { repositories } = await root.send(new DescribeRepositoriesCommand({}));
  const made = repositories?.map((it) => it.repositoryName).filter((it) => it?.startsWith('made/'));
  expect(made).toEqual(['made/1', 'made/2']);
});

test('aws:TagKeys are the keys that are taken away', async () => {
  const by = await onCondition('ecr:UntagResource', {
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['Stage'] },
  });
  const untag = (...tagKeys: string[]) => by.send(new UntagResourceCommand({ resourceArn: arnOf('of-web'), tagKeys }));

  expect(await allowed(untag('Stage'), untag('Stage', 'Team'))).toEqual([true, false]);
});

test('ecr:AccountSetting is the name of the setting', async () => {
  const by = await onCondition(['ecr:GetAccountSetting', 'ecr:PutAccountSetting'], {
    StringEquals: { 'ecr:AccountSetting': 'BLOB_MOUNTING' },
  });
  const get = (name: string) => by.send(new GetAccountSettingCommand({ name }));
  const put = (name: string, value: string) => by.send(new PutAccountSettingCommand({ name, value }));

  expect(
    await allowed(
      get('BLOB_MOUNTING'),
      get('REGISTRY_POLICY_SCOPE'),
      put('BLOB_MOUNTING', 'ENABLED'),
      put('REGISTRY_POLICY_SCOPE', 'V1'),
    ),
  ).toEqual([true, false, true, false]);
});

test('repositories are listed by who may describe all of them; those that are named, one by one', async () => {
  const policies = [allowing('ecr:DescribeRepositories', arnOf('of-*'))];
  const by = ecrClient(berth, { credentials: await user(berth, { policies }) });
  const describe = (...repositoryNames: string[]) => by.send(new DescribeRepositoriesCommand({ repositoryNames }));

  await expect(by.send(new DescribeRepositoriesCommand({}))).rejects.toThrow(
    `is not authorized to perform: ecr:DescribeRepositories on resource: ${arnOf('*')}`,
  );
  expect(await allowed(describe('of-web', 'of-db'), describe('of-web', 'made/1'))).toEqual([true, false]);
});
