import {
  CreateRepositoryCreationTemplateCommand,
  type CreateRepositoryCreationTemplateCommandInput,
  DeleteRepositoryCreationTemplateCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  type ECRClient,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ecr';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ecrClient } from '../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { type Client, clientOf } from '../../test/conformance/http-client.ts';
import { allowing, loginOf, role, user } from '../../test/identity.ts';

const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [],
  }),
);
const TYPE = { 'Content-Type': 'application/vnd.oci.image.index.v1+json' };
const LIFECYCLE = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
      action: { type: 'expire' },
    },
  ],
});
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
});

let berth: TestBerth;
let ecr: ECRClient;
let docker: Client;
beforeAll(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
  docker = clientOf(berth.url, berth.authorization);
});
afterAll(() => berth.stop());
afterEach(async () => {
  const { repositoryCreationTemplates = [] } = await ecr.send(new DescribeRepositoryCreationTemplatesCommand({}));
  for (const { prefix } of repositoryCreationTemplates) {
    await ecr.send(new DeleteRepositoryCreationTemplateCommand({ prefix }));
  }
});

const template = (prefix: string, more: Partial<CreateRepositoryCreationTemplateCommandInput> = {}) =>
  ecr.send(new CreateRepositoryCreationTemplateCommand({ prefix, appliedFor: ['CREATE_ON_PUSH'], ...more }));
const start = (name: string, by = docker) => by.send('POST', `/v2/${name}/blobs/uploads/`);
const push = (name: string, by = docker) =>
  by.send('PUT', `/v2/${name}/manifests/v1`, { body: MANIFEST, headers: TYPE });
const repositoryNamed = async (name: string) =>
  (await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))).repositories?.[0];

const trusting = (condition?: object, service = 'ecr.amazonaws.com') => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      ...(condition && { Condition: condition }),
    },
  ],
});

describe('the first push to a repository that does not exist', () => {
  test('makes none where no template is for it', async () => {
    await template('other');
    await template('pulled', { appliedFor: ['PULL_THROUGH_CACHE', 'REPLICATION'] });
    for (const name of ['none/app', 'others/app', 'pulled/app']) {
      expect((await start(name)).status).toBe(404);
      expect((await push(name)).status).toBe(404);
    }
  });

  test('by a layer or by a manifest makes it as the template with the longest prefix says', async () => {
    await template('ROOT');
    await template('made', {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev*' }],
      repositoryPolicy: POLICY,
      lifecyclePolicy: LIFECYCLE,
    });

    expect((await start('made/by-layer')).status).toBe(202);
    expect((await push('made/by-manifest')).status).toBe(201);
    expect((await push('made-not/app')).status).toBe(201);

    for (const repositoryName of ['made/by-layer', 'made/by-manifest']) {
      expect(await repositoryNamed(repositoryName)).toMatchObject({
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev*' }],
        encryptionConfiguration: { encryptionType: 'AES256' },
      });
      expect((await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText).toBe(POLICY);
      expect((await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).lifecyclePolicyText).toBe(LIFECYCLE);
    }
    expect(await repositoryNamed('made-not/app')).toMatchObject({ imageTagMutability: 'MUTABLE' });
  });

  test('needs the right to create it', async () => {
    await template('guarded');
    const pushing = ['ecr:InitiateLayerUpload', 'ecr:PutImage'];
    const pusher = clientOf(berth.url, await loginOf(berth, await user(berth, { policies: [allowing(pushing)] })));

    const refusedPush = await start('guarded/app', pusher);

    expect(refusedPush.status).toBe(403);
    expect(String(refusedPush.body)).toContain('not authorized to perform: ecr:CreateRepository');
    expect((await push('guarded/app', pusher)).status).toBe(403);
    expect((await start('unguarded/app', pusher)).status).toBe(404);
  });

  test('gives it tags and a key with the role of the template', async () => {
    const kms = new KMSClient({ endpoint: berth.url, region: 'us-east-1', credentials: berth });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const kmsKey = KeyMetadata?.Arn ?? '';
    const actions = ['ecr:CreateRepository', 'ecr:TagResource', 'kms:DescribeKey', 'kms:CreateGrant'];
    const maker = await role(berth, {
      policies: [allowing(actions)],
      trust: trusting({ StringEquals: { 'aws:SourceAccount': '123456789012' } }),
    });
    await template('sealed', {
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey },
      resourceTags: [{ Key: 'team', Value: 'red' }],
      customRoleArn: maker.arn,
    });

    expect((await push('sealed/app')).status).toBe(201);

    const repository = await repositoryNamed('sealed/app');
    expect(repository?.encryptionConfiguration).toEqual({ encryptionType: 'KMS', kmsKey });
    const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: repository?.repositoryArn }));
    expect(tags).toEqual([{ Key: 'team', Value: 'red' }]);
  });

  const tags = [{ Key: 'team', Value: 'red' }];
  test.each([
    ['without a role', undefined, /need a customRoleArn/],
    ['whose role is not there', 'arn:aws:iam::123456789012:role/nobody', /There is no role .*nobody that trusts/],
    [
      'whose role trusts somebody else',
      { policies: [allowing('ecr:*')], trust: trusting(undefined, 'ec2.amazonaws.com') },
      /There is no role .* that trusts/,
    ],
    [
      'whose role trusts ECR for another account',
      {
        policies: [allowing('ecr:*')],
        trust: trusting({ StringEquals: { 'aws:SourceAccount': '111122223333' } }),
      },
      /There is no role .* that trusts/,
    ],
    [
      'whose role may not tag',
      { policies: [allowing('ecr:CreateRepository')], trust: trusting() },
      /not authorized to perform: ecr:TagResource/,
    ],
  ] as const)('makes none by a template with tags %s, and says why', async (_, wanted, why) => {
    const customRoleArn = typeof wanted === 'object' ? (await role(berth, wanted)).arn : wanted;
    await template('tagged', { resourceTags: tags, ...(customRoleArn !== undefined && { customRoleArn }) });

    const answer = await push('tagged/app');

    expect(answer.status).toBe(403);
    expect(String(answer.body)).toMatch(why);
    await expect(repositoryNamed('tagged/app')).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
  });

  test('of two at once makes it once, and both go on', async () => {
    await template('race');
    const answers = await Promise.all(Array.from({ length: 6 }, () => start('race/app')));
    expect(answers.map((it) => it.status)).toEqual(Array(6).fill(202));
  });

  test('is yet to come: until then it has no referrers', async () => {
    await template('later');
    const digest = `sha256:${'0'.repeat(64)}`;
    expect((await docker.send('GET', `/v2/later/app/referrers/${digest}`)).status).toBe(200);
    expect((await docker.send('GET', `/v2/never/app/referrers/${digest}`)).status).toBe(404);
  });
});
