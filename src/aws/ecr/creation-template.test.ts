import {
  CreateRepositoryCreationTemplateCommand,
  type CreateRepositoryCreationTemplateCommandInput,
  DeleteRepositoryCreationTemplateCommand,
  DescribeRepositoryCreationTemplatesCommand,
  type DescribeRepositoryCreationTemplatesCommandInput,
  type ECRClient,
  UpdateRepositoryCreationTemplateCommand,
  type UpdateRepositoryCreationTemplateCommandInput,
} from '@aws-sdk/client-ecr';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { allowing, user } from '../../../test/identity.ts';
import { ECR_LIMITS } from '../../values/limits.ts';

let berth: TestBerth;
let ecr: ECRClient;
beforeAll(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
});
afterAll(() => berth.stop());
afterEach(async () => {
  for (const { prefix } of await templates()) await ecr.send(new DeleteRepositoryCreationTemplateCommand({ prefix }));
});

const LIFECYCLE = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      action: { type: 'expire' },
    },
  ],
});
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'ecr:BatchGetImage' }],
});
const ROLE = 'arn:aws:iam::123456789012:role/maker';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000';

const create = async (more: Partial<CreateRepositoryCreationTemplateCommandInput> = {}, by = ecr) => {
  const input = { prefix: 'team', appliedFor: ['CREATE_ON_PUSH' as const], ...more };
  return (await by.send(new CreateRepositoryCreationTemplateCommand(input))).repositoryCreationTemplate;
};
const update = async (more: Partial<UpdateRepositoryCreationTemplateCommandInput>) => {
  const command = new UpdateRepositoryCreationTemplateCommand({ prefix: 'team', ...more });
  return (await ecr.send(command)).repositoryCreationTemplate;
};
async function templates(input: DescribeRepositoryCreationTemplatesCommandInput = {}) {
  const { registryId, repositoryCreationTemplates = [] } = await ecr.send(
    new DescribeRepositoryCreationTemplatesCommand(input),
  );
  expect(registryId).toBe('123456789012');
  return repositoryCreationTemplates;
}

describe('a repository creation template', () => {
  test('has ECR’s defaults for what is not said', async () => {
    const now = berth.world.clock.now();

    const template = await create();

    expect(template).toEqual({
      prefix: 'team',
      encryptionConfiguration: { encryptionType: 'AES256' },
      imageTagMutability: 'MUTABLE',
      appliedFor: ['CREATE_ON_PUSH'],
      createdAt: now,
      updatedAt: now,
    });
    expect(await templates()).toEqual([template]);
  });

  test('has all that is said', async () => {
    const said: CreateRepositoryCreationTemplateCommandInput = {
      prefix: 'team/sub/',
      description: 'of the team',
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: KEY },
      resourceTags: [{ Key: 'team', Value: 'red' }],
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
      repositoryPolicy: POLICY,
      lifecyclePolicy: LIFECYCLE,
      appliedFor: ['REPLICATION', 'PULL_THROUGH_CACHE', 'CREATE_ON_PUSH'],
      customRoleArn: ROLE,
    };
    expect(await create(said)).toMatchObject(said);
    expect(await templates({ prefixes: ['team/sub'] })).toMatchObject([said]);
  });

  test('keeps what an update does not name, and loses what it empties', async () => {
    await create({
      description: 'before',
      resourceTags: [{ Key: 'a', Value: 'b' }],
      imageTagMutability: 'IMMUTABLE',
      repositoryPolicy: POLICY,
      lifecyclePolicy: LIFECYCLE,
      customRoleArn: ROLE,
    });
    const before = berth.world.clock.now();
    berth.pass(1_000);

    const changed = await update({ appliedFor: ['REPLICATION'], description: 'after' });
    expect(changed).toMatchObject({
      description: 'after',
      appliedFor: ['REPLICATION'],
      resourceTags: [{ Key: 'a', Value: 'b' }],
      imageTagMutability: 'IMMUTABLE',
      repositoryPolicy: POLICY,
      lifecyclePolicy: LIFECYCLE,
      customRoleArn: ROLE,
      createdAt: before,
      updatedAt: berth.world.clock.now(),
    });

    await update({
      description: '',
      repositoryPolicy: '',
      lifecyclePolicy: '',
      customRoleArn: '',
      resourceTags: [],
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: '' },
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'v*' }],
    });
    expect(await templates()).toEqual([
      {
        prefix: 'team',
        encryptionConfiguration: { encryptionType: 'KMS' },
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'v*' }],
        appliedFor: ['REPLICATION'],
        createdAt: before,
        updatedAt: berth.world.clock.now(),
      },
    ]);
  });

  test.each<[string, Partial<CreateRepositoryCreationTemplateCommandInput>, RegExp]>([
    ['that applies to nothing', { appliedFor: [] }, /'appliedFor'/],
    ['with a tag of AWS’s own', { resourceTags: [{ Key: 'aws:x', Value: '' }] }, /'resourceTags'.*reserved/],
    [
      'with a mode that wants filters',
      { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' },
      /'imageTagMutabilityExclusionFilters'/,
    ],
    [
      'with a key that is not used',
      { encryptionConfiguration: { encryptionType: 'AES256', kmsKey: KEY } },
      /'encryptionConfiguration'/,
    ],
    ['with a policy that is none', { repositoryPolicy: '{}' }, /Invalid repository policy provided/],
    ['with a lifecycle policy that is none', { lifecyclePolicy: '{}' }, /Lifecycle policy validation failure/],
    ['with a role of somebody else', { customRoleArn: 'arn:aws:iam::111122223333:role/x' }, /'customRoleArn'/],
  ])('%s is refused, and so is the update to it', async (_, more, why) => {
    await expect(create(more)).rejects.toEqual(refused('InvalidParameterException', why));
    expect(await templates()).toEqual([]);

    const before = await create();
    await expect(update(more)).rejects.toEqual(refused('InvalidParameterException', why));
    expect(await templates()).toEqual([before]);
  });

  test('that does not exist is not found, but left out of a list', async () => {
    const missing = refused(
      'TemplateNotFoundException',
      "The repository creation template with prefix 'none' does not exist in the registry with id '123456789012'",
    );
    await expect(update({ prefix: 'none' })).rejects.toEqual(missing);
    await expect(ecr.send(new DeleteRepositoryCreationTemplateCommand({ prefix: 'none' }))).rejects.toEqual(missing);
    await create();
    expect((await templates({ prefixes: ['none', 'team'] })).map((it) => it.prefix)).toEqual(['team']);
  });

  test('has a prefix of its own, whether or not a slash is said, and is answered when it goes', async () => {
    const template = await create({ prefix: 'team/' });
    await expect(create()).rejects.toEqual(refused('TemplateAlreadyExistsException', /prefix 'team' already exists/));

    const deleted = await ecr.send(new DeleteRepositoryCreationTemplateCommand({ prefix: 'team' }));
    expect(deleted).toMatchObject({ registryId: '123456789012', repositoryCreationTemplate: template });
    expect(await templates()).toEqual([]);
  });

  test('is one of 50, which come in pages', async () => {
    for (let at = 10; at < 60; at++) await create({ prefix: `prefix-${at}` });
    await expect(create()).rejects.toEqual(refused('LimitExceededException', /reached the limit of 50/));
    expect(ECR_LIMITS.creationTemplatesPerRegistry).toBe(50);

    const first = await ecr.send(new DescribeRepositoryCreationTemplatesCommand({ maxResults: 49 }));
    const rest = await templates({
      maxResults: 49,
      ...(first.nextToken !== undefined && { nextToken: first.nextToken }),
    });
    expect(rest.map((it) => it.prefix)).toEqual(['prefix-59']);
  });

  test('is made by who may make its policies and the role of the service, and hand over its role', async () => {
    const own = await startBerth();
    try {
      const making = 'ecr:CreateRepositoryCreationTemplate';
      const may = async (...actions: string[]) =>
        ecrClient(own, { credentials: await user(own, { policies: [allowing([making, ...actions])] }) });
      const whole = { repositoryPolicy: POLICY, lifecyclePolicy: LIFECYCLE, customRoleArn: ROLE };
      const actions = [
        'ecr:SetRepositoryPolicy',
        'ecr:PutLifecyclePolicy',
        'iam:PassRole',
        'iam:CreateServiceLinkedRole',
      ];
      for (const missing of actions) {
        const by = await may(...actions.filter((it) => it !== missing));
        await expect(create(whole, by)).rejects.toEqual(
          refused('AccessDeniedException', new RegExp(`not authorized to perform: ${missing} `)),
        );
      }
      await create(whole, await may(...actions));
      await create({ prefix: 'plain' }, await may());
    } finally {
      await own.stop();
    }
  });
});
