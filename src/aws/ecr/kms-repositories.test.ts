import {
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import type { KMS } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { kmsClient, newKey } from '../../../test/aws/kms.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { clientOf } from '../../../test/conformance/http-client.ts';
import { account, type TestUser, user } from '../../../test/identity.ts';
import { aManifest, descriptorOf, sha256 } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const ECR = 'ecr.us-east-1.amazonaws.com';
const CONFIG = Buffer.from('{"architecture":"amd64"}');
const LAYER = Buffer.from('bytes of a layer');
const MANIFEST = aManifest({ config: descriptorOf(CONFIG), layers: [descriptorOf(LAYER)] });
const repositoryName = 'app';

const shared = sharedBerth();
let berth: TestBerth;
let appArn: string;
let ecr: ECRClient;
let kms: KMS;
let key: { readonly id: string; readonly arn: string };
beforeEach(async () => {
  berth = await shared.account();
  appArn = `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/app`;
  ecr = ecrClient(berth);
  kms = kmsClient(berth);
  key = await newKey(kms);
});

const create = (kmsKey?: string, as: ECRClient = ecr, encryptionType: 'KMS' | 'KMS_DSSE' = 'KMS') =>
  as.send(new CreateRepositoryCommand({ repositoryName, encryptionConfiguration: { encryptionType, kmsKey } }));
const remove = (as: ECRClient = ecr) => as.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
const grantsOf = async (KeyId: string) => (await kms.listGrants({ KeyId })).Grants ?? [];

async function pushBlob(bytes: Buffer): Promise<void> {
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
  const part = { repositoryName, uploadId, partFirstByte: 0, partLastByte: bytes.length - 1, layerPartBlob: bytes };
  await ecr.send(new UploadLayerPartCommand(part));
  await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [sha256(bytes)] }));
}

const putImage = (imageTag: string) =>
  ecr.send(new PutImageCommand({ repositoryName, imageManifest: MANIFEST.bytes.toString('utf8'), imageTag }));

describe('a repository with a KMS key', () => {
  test.each(['id', 'arn', 'alias'] as const)('takes the key by its %s, and shows its ARN', async (by) => {
    await kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: key.id });
    const { repository } = await create({ id: key.id, arn: key.arn, alias: 'alias/mine' }[by]);
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    for (const it of [repository, repositories?.[0]]) {
      expect(it?.encryptionConfiguration).toEqual({ encryptionType: 'KMS', kmsKey: key.arn });
    }
  });

  test('has the key of ECR when it names none', async () => {
    const { repository } = await create();
    const { KeyMetadata } = await kms.describeKey({ KeyId: 'alias/aws/ecr' });
    expect(repository?.encryptionConfiguration).toEqual({ encryptionType: 'KMS', kmsKey: KeyMetadata?.Arn });
    await remove();
  });

  test('gives ECR two grants, for its own data alone, and takes them back at its end', async () => {
    await create(key.id);
    const grants = await grantsOf(key.id);
    await remove();

    expect(grants).toHaveLength(2);
    for (const it of grants) expect(it).toMatchObject({ GranteePrincipal: ECR, RetiringPrincipal: ECR });
    expect(grants).toContainEqual(
      expect.objectContaining({
        Operations: ['GenerateDataKey', 'Decrypt'],
        Constraints: { EncryptionContextSubset: { 'aws:ecr:arn': appArn } },
      }),
    );
    expect(grants).toContainEqual(expect.objectContaining({ Operations: ['DescribeKey', 'RetireGrant'] }));
    expect(await grantsOf(key.id)).toEqual([]);
  });

  test('that is refused leaves no grant', async () => {
    await create(key.id);
    await expect(create(key.id)).rejects.toMatchObject({ name: 'RepositoryAlreadyExistsException' });
    expect(await grantsOf(key.id)).toHaveLength(2);
  });

  test.each<readonly [string, () => Promise<string>, string]>([
    ['is not there', async () => key.arn.replace(/[0-9a-f]{8}-/, '00000000-'), 'NotFoundException'],
    ['is in another region', async () => key.arn.replace('us-east-1', 'eu-west-1'), 'NotFoundException'],
    [
      'is a pair',
      async () => (await newKey(kms, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })).arn,
      'InvalidKeyUsageException',
    ],
    [
      'signs',
      async () => (await newKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })).arn,
      'InvalidKeyUsageException',
    ],
    [
      'is disabled',
      async () => {
        await kms.disableKey({ KeyId: key.id });
        return key.arn;
      },
      'DisabledException',
    ],
    [
      'is to be deleted',
      async () => {
        await kms.scheduleKeyDeletion({ KeyId: key.id });
        return key.arn;
      },
      'KMSInvalidStateException',
    ],
    [
      'is another account’s, and closed to this one',
      async () => (await newKey(kmsClient(berth, await account(berth)))).arn,
      'AccessDeniedException',
    ],
  ])('is not created when the key %s', async (_, kmsKey, kmsError) => {
    await expect(create(await kmsKey())).rejects.toMatchObject({ name: 'KmsException', kmsError });
    expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  });
});

describe('who creates it', () => {
  const may = (actions: readonly string[], more: object = {}) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*', ...more }],
  });
  const ecrOnly = may(['ecr:*']);

  test.each<readonly [string, readonly object[], string | undefined]>([
    ['nothing of KMS', [ecrOnly], 'kms:DescribeKey'],
    ['only kms:DescribeKey', [ecrOnly, may(['kms:DescribeKey'])], 'kms:CreateGrant'],
    ['only kms:CreateGrant', [ecrOnly, may(['kms:CreateGrant'])], 'kms:DescribeKey'],
    ['both', [ecrOnly, may(['kms:CreateGrant', 'kms:DescribeKey'])], undefined],
    [
      'both by way of ECR',
      [ecrOnly, may(['kms:*'], { Condition: { StringEquals: { 'kms:ViaService': ECR } } })],
      undefined,
    ],
    [
      'both for AWS',
      [
        ecrOnly,
        may(['kms:DescribeKey']),
        may(['kms:CreateGrant'], { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
      ],
      undefined,
    ],
  ])('with %s', async (_, policies, missing) => {
    const who = await user(berth, { policies });
    const creating = create(key.arn, ecrClient(berth, { credentials: who }));
    if (missing === undefined) expect(await creating).toMatchObject({ repository: { repositoryName } });
    else {
      await expect(creating).rejects.toEqual(
        refused('KmsException', new RegExp(`is not authorized to perform: ${missing} `), {
          kmsError: 'AccessDeniedException',
        }),
      );
    }
  });

  test('needs nothing of KMS for the key of ECR', async () => {
    const who = await user(berth, { policies: [ecrOnly] });
    expect(await create(undefined, ecrClient(berth, { credentials: who }))).toMatchObject({
      repository: { repositoryName },
    });
  });

  test('and may not retire grants is told so when he deletes it, and it is gone', async () => {
    const who: TestUser = await user(berth, { policies: [ecrOnly] });
    await create(key.arn);
    await expect(remove(ecrClient(berth, { credentials: who }))).rejects.toEqual(
      refused(
        'KmsException',
        `The repository [app] has been deleted successfully but the grants created by the kmsKey [${key.arn}] failed to be retired`,
      ),
    );
    expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
    expect(await grantsOf(key.id)).toHaveLength(2);
  });
});

describe.each(['KMS', 'KMS_DSSE'] as const)('an image under %s', (type) => {
  beforeEach(async () => {
    await create(key.id, ecr, type);
    await pushBlob(CONFIG);
    await pushBlob(LAYER);
    await putImage('v1');
  });

  const ENDS: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    ['is disabled', () => kms.disableKey({ KeyId: key.id }), 'DisabledException'],
    ['is to be deleted', () => kms.scheduleKeyDeletion({ KeyId: key.id }), 'KMSInvalidStateException'],
    [
      'is no longer granted',
      async () => {
        for (const { GrantId } of await grantsOf(key.id)) await kms.revokeGrant({ KeyId: key.id, GrantId });
      },
      'AccessDeniedException',
    ],
  ];

  test.each(ENDS)('is out of reach from the next request on when its key %s', async (_, end, kmsError) => {
    const docker = clientOf(berth.url, berth.authorization);
    const blob = `/v2/${repositoryName}/blobs/${sha256(LAYER)}`;
    expect((await docker.send('GET', blob)).status).toBe(200);
    await end();

    const imageIds = [{ imageTag: 'v1' }];
    const { images, failures } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
    expect(images).toEqual([]);
    expect(failures).toMatchObject([{ failureCode: 'KmsError' }]);
    expect((await docker.send('GET', blob)).status).toBe(403);
    expect((await docker.send('GET', `/v2/${repositoryName}/manifests/v1`)).status).toBe(403);
    expect((await docker.send('POST', `/v2/${repositoryName}/blobs/uploads/`)).status).toBe(403);
    const failed = { name: 'KmsException', kmsError };
    await expect(pushBlob(Buffer.from('more'))).rejects.toMatchObject(failed);
    await expect(putImage('v2')).rejects.toMatchObject(failed);

    // What is only named there stays in sight, and can be deleted.
    expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toHaveLength(1);
    expect((await ecr.send(new DescribeImagesCommand({ repositoryName }))).imageDetails).toHaveLength(1);
    expect(await remove()).toMatchObject({ repository: { repositoryName } });
  });

  test('is there again when its key is enabled again', async () => {
    await kms.disableKey({ KeyId: key.id });
    await kms.enableKey({ KeyId: key.id });
    const imageIds = [{ imageTag: 'v1' }];
    const { images } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
    expect(images?.[0]?.imageManifest).toBe(MANIFEST.bytes.toString('utf8'));
  });

  test('is read after its key was rotated, also what was pushed before', async () => {
    await kms.rotateKeyOnDemand({ KeyId: key.id });
    await pushBlob(Buffer.from('after'));
    const docker = clientOf(berth.url, berth.authorization);
    for (const bytes of [LAYER, Buffer.from('after')]) {
      const { status } = await docker.send('HEAD', `/v2/${repositoryName}/blobs/${sha256(bytes)}`);
      expect(status).toBe(200);
    }
    expect((await docker.send('GET', `/v2/${repositoryName}/blobs/${sha256(LAYER)}`)).status).toBe(200);
  });
});
