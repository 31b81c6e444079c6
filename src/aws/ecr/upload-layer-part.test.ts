import { randomBytes } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  type ECRClient,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { pushLayer, sha256 } from '../../../test/manifests.ts';
import { ownBerth, sharedBerth } from '../../../test/shared-berth.ts';

const MIB = 1024 * 1024;
const repositoryName = 'app';
const DIGEST = `sha256:${'0'.repeat(64)}`;
const UPLOAD_ID = '00000000-0000-4000-8000-000000000000';
const repositoryNotFound = () =>
  refused(
    'RepositoryNotFoundException',
    `The repository with name 'none' does not exist in the registry with id '${berth.registry.account}'`,
  );
const uploadNotFound = () =>
  refused(
    'UploadNotFoundException',
    `The upload with id '${UPLOAD_ID}' in the repository with name 'app' in the registry with id '${berth.registry.account}' does not exist.`,
  );

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => start(await shared.account()));

async function start(own: TestBerth): Promise<void> {
  berth = own;
  ecr = ecrClient(berth);
  await berth.createRepository(repositoryName);
}

async function initiate(): Promise<string> {
  const { uploadId = '' } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
  return uploadId;
}

function part(uploadId: string, partFirstByte: number, layerPartBlob: Uint8Array, partLastByte?: number) {
  return ecr.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte,
      partLastByte: partLastByte ?? partFirstByte + layerPartBlob.length - 1,
      layerPartBlob,
    }),
  );
}

function complete(uploadId: string, ...layerDigests: string[]) {
  return ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
}

describe('the upload of a layer', () => {
  test('in parts of the size that is said makes a layer that is available', async () => {
    const { uploadId = '', partSize } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const bytes = randomBytes(10 * MIB + 7);

    const first = await part(uploadId, 0, bytes.subarray(0, partSize));
    const last = await part(uploadId, 10 * MIB, bytes.subarray(partSize));
    const completed = await complete(uploadId, sha256(bytes));

    expect(partSize).toBe(10 * MIB);
    expect(first).toMatchObject({
      registryId: berth.registry.account,
      repositoryName,
      uploadId,
      lastByteReceived: 10 * MIB - 1,
    });
    expect(last.lastByteReceived).toBe(bytes.length - 1);
    expect(completed).toMatchObject({
      registryId: berth.registry.account,
      repositoryName,
      uploadId,
      layerDigest: sha256(bytes),
    });
    const layerDigests = [sha256(bytes)];
    const { layers } = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
    expect(layers).toEqual([{ layerDigest: sha256(bytes), layerAvailability: 'AVAILABLE', layerSize: bytes.length }]);
  });

  test('takes a part of 20 MiB, the largest there is', async () => {
    const bytes = Buffer.alloc(20 * MIB, 'a');

    const { lastByteReceived } = await part(await initiate(), 0, bytes);

    expect(lastByteReceived).toBe(20 * MIB - 1);
  });

  test('goes on where it is, and says where that is to whoever sends another part', async () => {
    const uploadId = await initiate();
    await part(uploadId, 0, Buffer.from('abc'));
    const wrong = (got: number) =>
      refused('InvalidLayerPartException', `First byte of the layer part is ${got} instead of 3`, {
        registryId: berth.registry.account,
        repositoryName,
        uploadId,
        lastValidByteReceived: 2,
      });

    await expect(part(uploadId, 0, Buffer.from('abc'))).rejects.toEqual(wrong(0));
    await expect(part(uploadId, 4, Buffer.from('e'))).rejects.toEqual(wrong(4));
    await part(uploadId, 3, Buffer.from('d'));

    expect((await complete(uploadId, sha256(Buffer.from('abcd')))).layerDigest).toBe(sha256(Buffer.from('abcd')));
  });

  test('refuses a part that is not as long as its bytes say', async () => {
    const sending = part(await initiate(), 0, Buffer.from('abc'), 5);

    await expect(sending).rejects.toEqual(refused('InvalidParameterException', /'partLastByte'.*6 bytes instead of 3/));
  });

  test('is found only in its repository', async () => {
    await berth.createRepository('other');
    const uploadId = await initiate();
    const elsewhere = { uploadId, partFirstByte: 0, partLastByte: 0, layerPartBlob: Buffer.from('a') };

    const sending = ecr.send(new UploadLayerPartCommand({ repositoryName: 'other', ...elsewhere }));

    await expect(sending).rejects.toEqual(refused('UploadNotFoundException', /'other'/));
  });

  test('that was never begun, or in no repository, is not found, whatever else is wrong', async () => {
    const inNone = { repositoryName: 'none', uploadId: UPLOAD_ID };
    const wrongPart = { partFirstByte: 9, partLastByte: 3, layerPartBlob: Buffer.from('a') };

    await expect(ecr.send(new InitiateLayerUploadCommand({ repositoryName: 'none' }))).rejects.toEqual(
      repositoryNotFound(),
    );
    await expect(ecr.send(new UploadLayerPartCommand({ ...inNone, ...wrongPart }))).rejects.toEqual(
      repositoryNotFound(),
    );
    await expect(ecr.send(new CompleteLayerUploadCommand({ ...inNone, layerDigests: ['a:0'] }))).rejects.toEqual(
      repositoryNotFound(),
    );
    await expect(part(UPLOAD_ID, 9, Buffer.from('a'), 3)).rejects.toEqual(uploadNotFound());
    await expect(complete(UPLOAD_ID, 'a:0')).rejects.toEqual(uploadNotFound());
  });

  test('is not completed without parts', async () => {
    const uploadId = await initiate();

    await expect(complete(uploadId, DIGEST)).rejects.toEqual(
      refused(
        'EmptyUploadException',
        `The upload with id '${uploadId}' in the repository with name 'app' in registry with id '${berth.registry.account}' cannot be completed because it does not have any parts.`,
      ),
    );
  });

  test('is not completed with a digest that its bytes have not, also beside the right one', async () => {
    const uploadId = await initiate();
    await part(uploadId, 0, Buffer.from('abc'));

    await expect(complete(uploadId, sha256(Buffer.from('abc')), DIGEST)).rejects.toEqual(
      refused('InvalidLayerException', new RegExp(DIGEST)),
    );
  });

  test('passes digests of other algorithms over, but needs one of SHA-256', async () => {
    const uploadId = await initiate();
    await part(uploadId, 0, Buffer.from('abc'));

    for (const digests of [['md5:00'], ['sha256:00', sha256(Buffer.from('abc'))]]) {
      await expect(complete(uploadId, ...digests)).rejects.toEqual(
        refused('InvalidParameterException', /^Invalid parameter at 'layerDigests'/),
      );
    }
    const { layerDigest } = await complete(uploadId, 'md5:00', sha256(Buffer.from('abc')));
    expect(layerDigest).toBe(sha256(Buffer.from('abc')));
  });

  test('of a layer that is there says so, and is over', async () => {
    const { digest } = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('abc'));
    const uploadId = await initiate();
    await part(uploadId, 0, Buffer.from('abc'));

    await expect(complete(uploadId, digest)).rejects.toEqual(
      refused(
        'LayerAlreadyExistsException',
        `The layer with digest '${digest}' already exists in the repository with name 'app' in registry with id '${berth.registry.account}'`,
      ),
    );
    await expect(complete(uploadId, digest)).rejects.toEqual(refused('UploadNotFoundException', /does not exist\.$/));
  });

  test('refuses small parts before the last when it is as strict as ECR, and only then', async () => {
    await start(await ownBerth());
    const upload = async () => {
      const uploadId = await initiate();
      await part(uploadId, 0, Buffer.from('ab'));
      await part(uploadId, 2, Buffer.from('c'));
      return complete(uploadId, sha256(Buffer.from('abc')));
    };

    await berth.restart({ fidelity: 'aws-strict' });
    const strict = upload();

    await expect(strict).rejects.toEqual(
      refused('LayerPartTooSmallException', 'All layer parts except the last part should be at least 5MB'),
    );
    await berth.restart({ fidelity: 'superset' });
    expect((await upload()).layerDigest).toBe(sha256(Buffer.from('abc')));
  });
});
