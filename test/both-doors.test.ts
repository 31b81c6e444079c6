import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  InitiateLayerUploadCommand,
  ListImageReferrersCommand,
  ListImagesCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Manifest } from '../src/registry/parse-manifest.ts';
import { ecrClient, refused } from './aws/client.ts';
import type { TestBerth } from './berth.ts';
import { type Client, clientOf } from './conformance/http-client.ts';
import { aManifest, descriptorOf, sha256 } from './manifests.ts';
import { sharedBerth } from './shared-berth.ts';

const repositoryName = 'team/app';
const CONFIG = Buffer.from('{"architecture":"amd64"}');
const LAYER = Buffer.from('bytes of a layer');
const parts = { config: descriptorOf(CONFIG), layers: [descriptorOf(LAYER)] };

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
let docker: Client;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  docker = clientOf(berth.url, `Basic ${authorizationData?.[0]?.authorizationToken}`);
});

/** As docker does it: is the layer there, else begin and send it; then the manifest. */
async function pushByDocker(manifest: Manifest, ...tags: string[]): Promise<number[]> {
  for (const bytes of [CONFIG, LAYER]) {
    const blob = `/v2/${repositoryName}/blobs/${sha256(bytes)}`;
    if ((await docker.send('HEAD', blob)).status === 200) continue;
    const begun = await docker.send('POST', `/v2/${repositoryName}/blobs/uploads/`);
    const location = new URL(begun.headers.location ?? '', berth.url);
    location.searchParams.set('digest', sha256(bytes));
    const sent = await docker.send('PUT', location.pathname + location.search, { body: bytes });
    expect(sent.status).toBe(201);
  }
  const statuses: number[] = [];
  for (const tag of tags) {
    const { status } = await docker.send('PUT', `/v2/${repositoryName}/manifests/${tag}`, {
      headers: { 'Content-Type': manifest.mediaType },
      body: manifest.bytes,
    });
    statuses.push(status);
  }
  return statuses;
}

/** As a client of the API alone does it. */
async function pushByApi(manifest: Manifest, imageTag?: string): Promise<void> {
  const layerDigests = [CONFIG, LAYER].map(sha256);
  const { layers = [] } = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
  for (const bytes of [CONFIG, LAYER]) {
    const digest = sha256(bytes);
    if (layers.find((it) => it.layerDigest === digest)?.layerAvailability === 'AVAILABLE') continue;
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = { partFirstByte: 0, partLastByte: bytes.length - 1, layerPartBlob: bytes };
    await ecr.send(new UploadLayerPartCommand({ repositoryName, uploadId, ...part }));
    await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));
  }
  const imageManifest = manifest.bytes.toString('utf8');
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
}

describe('what docker pushes', () => {
  test('the API describes, lists and gives', async () => {
    const manifest = aManifest(parts);
    expect(await pushByDocker(manifest, 'v1', 'latest')).toEqual([201, 201]);

    const described = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    const listed = await ecr.send(new ListImagesCommand({ repositoryName }));
    const got = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }));

    expect(described.imageDetails).toMatchObject([
      { imageDigest: manifest.digest, imageTags: ['latest', 'v1'], imageSizeInBytes: CONFIG.length + LAYER.length },
    ]);
    expect(listed.imageIds?.map((it) => it.imageTag)).toEqual(['latest', 'v1']);
    expect(got.images?.[0]?.imageManifest).toBe(manifest.bytes.toString('utf8'));
  });

  test('the API need not be sent again, neither layers nor image', async () => {
    const manifest = aManifest(parts);
    await pushByDocker(manifest, 'v1');
    const layerDigests = [CONFIG, LAYER].map(sha256);

    const { layers } = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
    const again = pushByApi(manifest, 'v1');

    expect(layers?.map((it) => it.layerAvailability)).toEqual(['AVAILABLE', 'AVAILABLE']);
    await expect(again).rejects.toEqual(refused('ImageAlreadyExistsException', /already exists in the repository/));
  });

  test('the API deletes for docker too', async () => {
    await pushByDocker(aManifest(parts), 'v1');

    await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }));

    expect((await docker.send('GET', `/v2/${repositoryName}/manifests/v1`)).status).toBe(404);
  });
});

describe('what the API pushes', () => {
  test('docker pulls byte for byte and need not push again', async () => {
    const manifest = aManifest(parts);
    await pushByApi(manifest, 'v1');

    const pulled = await docker.send('GET', `/v2/${repositoryName}/manifests/v1`);
    const layer = await docker.send('GET', `/v2/${repositoryName}/blobs/${sha256(LAYER)}`);
    const again = await pushByDocker(manifest, 'v1');

    expect(pulled.headers).toMatchObject({
      'content-type': manifest.mediaType,
      'docker-content-digest': manifest.digest,
    });
    expect(pulled.body.equals(manifest.bytes)).toBe(true);
    expect(layer.body.equals(LAYER)).toBe(true);
    expect(again).toEqual([201]);
  });

  test('docker deletes for the API too', async () => {
    const manifest = aManifest(parts);
    await pushByApi(manifest, 'v1');

    const deleted = await docker.send('DELETE', `/v2/${repositoryName}/manifests/${manifest.digest}`);

    expect(deleted.status).toBe(202);
    expect((await ecr.send(new DescribeImagesCommand({ repositoryName }))).imageDetails).toEqual([]);
  });

  test('docker lists as referrers and tags', async () => {
    const manifest = aManifest(parts);
    await pushByApi(manifest, 'v1');
    const subject = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
    const signature = aManifest({ ...parts, subject, artifactType: 'a/signature', note: 'signed' });
    await pushByApi(signature);

    const tags = await docker.send('GET', `/v2/${repositoryName}/tags/list`);
    const referrers = await docker.send('GET', `/v2/${repositoryName}/referrers/${manifest.digest}`);
    const { referrers: listed } = await ecr.send(
      new ListImageReferrersCommand({ repositoryName, subjectId: { imageDigest: manifest.digest } }),
    );

    expect(JSON.parse(tags.body.toString())).toEqual({ name: repositoryName, tags: ['v1'] });
    const { manifests } = JSON.parse(referrers.body.toString());
    expect(manifests).toMatchObject([{ digest: signature.digest, artifactType: 'a/signature' }]);
    expect(listed).toEqual([{ ...manifests[0], artifactStatus: 'ACTIVE' }]);
  });
});

describe('one rule at both doors', () => {
  test('an immutable tag moves by neither', async () => {
    const [one, two] = [aManifest({ ...parts, note: '1' }), aManifest({ ...parts, note: '2' })];
    const repository = { repositoryName: 'fixed', imageTagMutability: 'IMMUTABLE' } as const;
    await ecr.send(new CreateRepositoryCommand(repository));
    await pushByDocker(one, 'v1');
    for (const bytes of [CONFIG, LAYER]) {
      const mounted = `/v2/fixed/blobs/uploads/?mount=${sha256(bytes)}&from=${repositoryName}`;
      expect((await docker.send('POST', mounted)).status).toBe(201);
    }
    const dockerPut = (manifest: Manifest) =>
      docker.send('PUT', '/v2/fixed/manifests/v1', {
        headers: { 'Content-Type': manifest.mediaType },
        body: manifest.bytes,
      });
    await dockerPut(one);

    const byDocker = await dockerPut(two);
    const input = { repositoryName: 'fixed', imageTag: 'v1', imageManifest: two.bytes.toString('utf8') };
    const byApi = await ecr.send(new PutImageCommand(input)).catch((error: Error) => error);

    expect(byApi).toMatchObject({ name: 'ImageTagAlreadyExistsException' });
    const { errors } = JSON.parse(byDocker.body.toString());
    expect(errors).toMatchObject([{ code: 'TAG_INVALID', message: byApi instanceof Error ? byApi.message : '' }]);
  });

  test('an upload that the API began is none that docker can take over in another repository', async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'other' }));
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));

    const own = await docker.send('GET', `/v2/${repositoryName}/blobs/uploads/${uploadId}`);
    const other = await docker.send('GET', `/v2/other/blobs/uploads/${uploadId}`);

    expect([own.status, other.status]).toEqual([204, 404]);
  });
});
