import {
  BatchGetImageCommand,
  DeleteRepositoryCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { type Client, clientOf } from '../../conformance/http-client.ts';
import { aBlob, type Descriptor, pushBlob, pushImage } from '../../conformance/registry-under-test.ts';
import { allowing, loginOf, role, session, user } from '../../identity.ts';
import { ownBerth, sharedBerth } from '../../shared-berth.ts';
import { ecrClient, refused } from '../client.ts';

const arnOf = (name: string) => `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/${name}`;

const shared = sharedBerth();
let berth: TestBerth;
let client: Client;
let ecr: ECRClient;
beforeEach(async () => start(await shared.account()));

async function start(own: TestBerth): Promise<void> {
  berth = own;
  client = clientOf(berth.url, berth.authorization);
  ecr = ecrClient(berth);
  await berth.createRepository('app');
}

function layerOf(manifest: Buffer): Descriptor {
  return (JSON.parse(String(manifest)) as { layers: [Descriptor] }).layers[0];
}

const deleteRepository = () => ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app', force: true }));

describe('a repository that is deleted and made again', () => {
  test('gives nothing of what the first one had, however often that was read before', async () => {
    const { digest, manifest } = await pushImage(client, 'app', { tag: 'v1' });
    const layer = layerOf(manifest);
    const paths = [`manifests/v1`, `manifests/${digest}`, `blobs/${layer.digest}`].map((it) => `/v2/app/${it}`);
    const statuses = async () => Promise.all(paths.map(async (it) => (await client.send('GET', it)).status));
    const byApi = async () => {
      const asked = { repositoryName: 'app', imageIds: [{ imageDigest: digest }] };
      return (await ecr.send(new BatchGetImageCommand(asked))).images?.length;
    };
    for (let times = 0; times < 3; times++) expect(await statuses()).toEqual([200, 200, 200]);
    expect(await byApi()).toBe(1);

    await deleteRepository();
    expect(await statuses()).toEqual([404, 404, 404]);
    await berth.createRepository('app');

    expect(await statuses()).toEqual([404, 404, 404]);
    expect(await byApi()).toBe(0);
  });

  test('is not read by an address that was given for the first one, though it has the same layer', async () => {
    const bytes = aBlob();
    const push = async () => {
      const layers = [await pushBlob(client, 'app', bytes)] as const;
      await pushImage(client, 'app', { tag: 'v1', layers });
      return layers[0].digest;
    };
    const layerDigest = await push();
    const asked = new GetDownloadUrlForLayerCommand({ repositoryName: 'app', layerDigest });
    const { downloadUrl = '' } = await ecr.send(asked);
    expect((await fetch(downloadUrl)).status).toBe(200);

    await deleteRepository();
    expect((await fetch(downloadUrl)).status).toBe(404);
    await berth.createRepository('app');
    await push();

    expect((await fetch(downloadUrl)).status).toBe(403);
  });
});

test('who makes a repository by pushing to it may afterwards do what his policies say, and no more', async () => {
  await start(await ownBerth());
  await berth.restart({ createOnPush: 'always' });
  const push = ['InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload', 'PutImage', 'CreateRepository'];
  const maker = await user(berth, { policies: [allowing(push.map((it) => `ecr:${it}`))] });
  const docker = clientOf(berth.url, await loginOf(berth, maker));
  await pushImage(docker, 'made/by-push', { tag: 'v1' });

  const by = ecrClient(berth, { credentials: maker });
  const denied = refused('AccessDeniedException', /because no identity-based policy allows the ecr:/);
  const repositoryName = 'made/by-push';
  await expect(by.send(new DeleteRepositoryCommand({ repositoryName, force: true }))).rejects.toEqual(denied);
  const policyText = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*' }] });
  await expect(by.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))).rejects.toEqual(denied);
  expect((await docker.send('GET', '/v2/made/by-push/manifests/v1')).status).toBe(403);
});

test('a session that its policy keeps to one repository mounts nothing from another that its role may read', async () => {
  await berth.createRepository('secret');
  const { manifest } = await pushImage(client, 'secret', { tag: 'v1' });
  const { digest } = layerOf(manifest);
  const builder = await role(berth, { policies: [allowing('ecr:*')] });
  const mount = async (policies: readonly string[]) => {
    const docker = clientOf(berth.url, await loginOf(berth, session(berth, builder, { policies })));
    return (await docker.send('POST', `/v2/app/blobs/uploads/?mount=${digest}&from=secret`)).status;
  };

  expect(await mount([JSON.stringify(allowing('ecr:*', arnOf('app')))])).toBe(202);
  expect(await mount([])).toBe(201);
});
