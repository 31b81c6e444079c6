import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  ListImageReferrersCommand,
  ListImagesCommand,
  PutImageCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { aManifest, anIndex, descriptorOf, pushLayer } from '../../test/manifests.ts';
import { quietWorld } from '../../test/quiet-world.ts';
import { oldestChanges } from '../storage/metadata/changes.ts';
import type { StorageClass } from '../values/change.ts';
import { createRepository } from './create-repository.ts';
import { listTags } from './list-tags.ts';
import { mountLayer } from './mount-layer.ts';
import type { Manifest } from './parse-manifest.ts';
import { putImage } from './put-image.ts';
import { listReferrers } from './referrers.ts';
import { updateStorageClass } from './update-storage-class.ts';

const DELAY = 60;
const SHARED = Buffer.from('a layer of both');
const OWN = Buffer.from('a layer of one');

let berth: TestBerth;
let ecr: ECRClient;
/** Each test has a repository of its own. */
let repositoryName: string;
let count = 0;
let image: Manifest;
let other: Manifest;

beforeAll(async () => {
  berth = await startBerth({ settings: { restoreDelay: DELAY } });
  ecr = ecrClient(berth);
});
afterAll(() => berth.stop());

beforeEach(async () => {
  count += 1;
  repositoryName = `app-${count}`;
  await berth.createRepository(repositoryName);
  const layers = [];
  for (const bytes of [Buffer.from('{}'), SHARED, OWN]) {
    layers.push(await pushLayer(berth.world, berth.registry, repositoryName, bytes));
  }
  const [config = descriptorOf(SHARED), shared = config, own = config] = layers;
  image = aManifest({ config, layers: [shared, own] });
  other = aManifest({ config, layers: [shared] });
  await put(image, 'v1');
});

const put = (manifest: Manifest, ...tags: string[]) =>
  putImage(berth.world, { registry: berth.registry, repositoryName, manifest, tags });
const move = (imageId: { imageDigest?: string; imageTag?: string }, to: 'ARCHIVE' | 'STANDARD') =>
  ecr.send(new UpdateImageStorageClassCommand({ repositoryName, imageId, targetStorageClass: to }));
const archive = ({ digest }: Manifest) => move({ imageDigest: digest }, 'ARCHIVE');
const restore = ({ digest }: Manifest) => move({ imageDigest: digest }, 'STANDARD');
const detailOf = async ({ digest: imageDigest }: Manifest) =>
  (await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest }] }))).imageDetails?.[0];
const get = (path: string, method = 'GET') =>
  fetch(`${berth.url}/v2/${repositoryName}/${path}`, { method, headers: { Authorization: berth.authorization } });
const status = async (path: string, method = 'GET') => (await get(path, method)).status;
const availability = async (...bytes: Buffer[]) => {
  const layerDigests = bytes.map((it) => descriptorOf(it).digest);
  const { layers } = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
  return layers?.map((it) => it.layerAvailability);
};
describe('an archived image', () => {
  test('is answered as archived, and is there when it is named or its status is', async () => {
    expect(await move({ imageTag: 'v1' }, 'ARCHIVE')).toMatchObject({
      registryId: berth.registry.account,
      repositoryName,
      imageId: { imageDigest: image.digest, imageTag: 'v1' },
      imageStatus: 'ARCHIVED',
    });

    expect(await detailOf(image)).toMatchObject({ imageStatus: 'ARCHIVED', lastArchivedAt: berth.world.clock.now() });
    for (const [imageStatus, found] of [
      [undefined, 0],
      ['ACTIVE', 0],
      ['ACTIVATING', 0],
      ['ARCHIVED', 1],
      ['ANY', 1],
    ] as const) {
      const filter = { imageStatus };
      const described = await ecr.send(new DescribeImagesCommand({ repositoryName, filter }));
      const listed = await ecr.send(new ListImagesCommand({ repositoryName, filter }));
      expect([described.imageDetails?.length, listed.imageIds?.length]).toEqual([found, found]);
    }
    const filter = { imageStatus: 'ACTIVE' } as const;
    const imageIds = [{ imageTag: 'v1' }];
    expect((await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds, filter }))).imageDetails).toEqual([]);
  });

  test('cannot be pulled: not at the docker door, nor by the API', async () => {
    await archive(image);

    for (const reference of ['v1', image.digest]) {
      const answer = await get(`manifests/${reference}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ errors: [{ code: 'MANIFEST_UNKNOWN' }] });
      expect(await status(`manifests/${reference}`, 'HEAD')).toBe(404);
    }
    const { images, failures } = await ecr.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
    );
    expect(images).toEqual([]);
    expect(failures).toMatchObject([
      { failureCode: 'ImageInaccessible', imageId: { imageDigest: image.digest, imageTag: 'v1' } },
    ]);
    expect(await listTags(berth.world, berth.registry, repositoryName, { limit: 10 })).toEqual({ tags: [] });
  });

  test('keeps from readers the layers that it alone needs, and no others', async () => {
    await put(other, 'v2');
    await archive(image);

    const own = `blobs/${descriptorOf(OWN).digest}`;
    const shared = `blobs/${descriptorOf(SHARED).digest}`;
    expect(await availability(OWN, SHARED)).toEqual(['ARCHIVED', 'AVAILABLE']);
    expect([await status(own), await status(own, 'HEAD')]).toEqual([404, 404]);
    expect([await status(shared), await status(shared, 'HEAD')]).toEqual([200, 200]);
    const layerDigest = descriptorOf(OWN).digest;
    await expect(ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }))).rejects.toEqual(
      refused('LayerInaccessibleException', /./),
    );
    await berth.createRepository(`${repositoryName}/target`);
    const mount = { registry: berth.registry, from: repositoryName, to: `${repositoryName}/target` };
    const mayRead = async () => true;
    expect(await mountLayer(berth.world, { ...mount, digest: layerDigest, mayRead })).toBe(false);

    await archive(other);
    expect(await availability(OWN, SHARED)).toEqual(['ARCHIVED', 'ARCHIVED']);
  });

  test('does not keep a layer from an image that is pushed after it', async () => {
    await archive(image);

    await put(other, 'v2');

    expect(await availability(SHARED)).toEqual(['AVAILABLE']);
    expect(await status(`blobs/${descriptorOf(SHARED).digest}`)).toBe(200);
  });

  test('does not keep a layer from who uploads it again, nor once it is deleted', async () => {
    await archive(image);
    await pushLayer(berth.world, berth.registry, repositoryName, OWN);
    expect(await availability(OWN, SHARED)).toEqual(['AVAILABLE', 'ARCHIVED']);

    const imageIds = [{ imageDigest: image.digest }];
    expect((await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))).failures).toEqual([]);
    expect(await availability(OWN, SHARED)).toEqual(['AVAILABLE', 'AVAILABLE']);
  });

  test('is back at once when it is pushed again, also by the API and under the same tag', async () => {
    await archive(image);

    const imageManifest = image.bytes.toString('utf8');
    await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }));

    expect(await detailOf(image)).toMatchObject({ imageStatus: 'ACTIVE', lastActivatedAt: berth.world.clock.now() });
    expect(await status('manifests/v1')).toBe(200);
    expect(await availability(OWN, SHARED)).toEqual(['AVAILABLE', 'AVAILABLE']);
  });

  test('cannot be archived again, and an active one not restored', async () => {
    const notSupported = refused('ImageStorageClassUpdateNotSupportedException', /not supported/);
    await expect(restore(image)).rejects.toEqual(notSupported);
    await archive(image);
    await expect(archive(image)).rejects.toEqual(notSupported);
    await expect(move({ imageTag: 'none' }, 'ARCHIVE')).rejects.toEqual(refused('ImageNotFoundException', /none/));
  });
});

describe('a restored image', () => {
  test('is on its way until the delay is over, and pulled only then', async () => {
    await archive(image);

    expect(await restore(image)).toMatchObject({ imageStatus: 'ACTIVATING' });

    await berth.settle();
    expect((await detailOf(image))?.imageStatus).toBe('ACTIVATING');
    expect(await status('manifests/v1')).toBe(404);
    expect(await availability(OWN)).toEqual(['ARCHIVED']);
    await expect(archive(image)).rejects.toEqual(refused('ImageStorageClassUpdateNotSupportedException', /restored/));
    await expect(restore(image)).rejects.toEqual(refused('ImageStorageClassUpdateNotSupportedException', /already/));

    berth.pass(DELAY * 1_000);
    await berth.settle();
    expect(await detailOf(image)).toMatchObject({ imageStatus: 'ACTIVE', lastActivatedAt: berth.world.clock.now() });
    expect(await status('manifests/v1')).toBe(200);
  });

  test('that was deleted, pushed or archived on its way is not touched by the job', async () => {
    await archive(image);
    await restore(image);
    await put(image);
    berth.pass(1_000);
    const pushedBack = await detailOf(image);
    await archive(image);
    berth.pass(DELAY * 1_000);
    await berth.settle();
    expect(await detailOf(image)).toMatchObject({
      imageStatus: 'ARCHIVED',
      lastActivatedAt: pushedBack?.lastActivatedAt,
    });

    await restore(image);
    await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: image.digest }] }));
    berth.pass(DELAY * 1_000);
    await berth.settle();
    expect(
      (await ecr.send(new ListImagesCommand({ repositoryName, filter: { imageStatus: 'ANY' } }))).imageIds,
    ).toEqual([]);
  });
});

test('each change of class is appended with what the image keeps stored, a restore when it is complete', async () => {
  await using quiet = await quietly();
  const { world, registry } = quiet;
  await createRepository(world, { registry, repositoryName: 'app' });
  const config = await pushLayer(world, registry, 'app', OWN);
  const manifest = aManifest({ config });
  const pushed = () => putImage(world, { registry, repositoryName: 'app', manifest, tags: [] });
  const moved = (to: StorageClass) =>
    updateStorageClass(world, registry, 'app', { imageId: { imageDigest: manifest.digest }, to });
  // On a shared server they are settled once every transaction before them has ended.
  const changes = async () => {
    const all = await world.metadata.read((tx) => oldestChanges(tx, 100));
    return all.map((it) => it.change.what).filter((it) => it.kind === 'storage-class-changed');
  };
  const parts = { manifestSize: manifest.bytes.length, layers: [{ digest: config.digest, size: OWN.length }] };

  await pushed();
  await moved('ARCHIVE');
  await moved('STANDARD');
  await expect.poll(changes).toMatchObject([{ to: 'ARCHIVE', image: { digest: manifest.digest }, parts }]);

  await pushed();
  await expect.poll(changes).toMatchObject([
    { to: 'ARCHIVE', parts },
    { to: 'STANDARD', parts },
  ]);
});

async function quietly() {
  const quiet = await quietWorld();
  return { ...quiet, [Symbol.asyncDispose]: quiet.stop };
}

describe('a child of an index', () => {
  test('cannot be archived before the index is', async () => {
    const index = anIndex([image]);
    await put(index, 'all');
    await expect(archive(image)).rejects.toEqual(
      refused('ImageStorageClassUpdateNotSupportedException', /without the manifest list being archived first/),
    );

    await archive(index);

    expect((await detailOf(image))?.imageStatus).toBe('ACTIVE');
    expect(await archive(image)).toMatchObject({ imageStatus: 'ARCHIVED' });
  });
});

test('archived referrers are shown to those alone who ask for them', async () => {
  const config = descriptorOf(Buffer.from('{}'));
  const subject = { mediaType: image.mediaType, digest: image.digest as `sha256:${string}`, size: 1 };
  const signature = aManifest({ config, artifactType: 'a/signature', subject });
  await put(signature);
  await archive(signature);

  const listed = await listReferrers(berth.world, berth.registry, repositoryName, {
    subject: image.digest,
    limit: 5,
  });
  expect(listed.referrers).toEqual([]);
  for (const [artifactStatus, found] of [
    [undefined, []],
    ['ACTIVE', []],
    ['ARCHIVED', ['ARCHIVED']],
    ['ANY', ['ARCHIVED']],
  ] as const) {
    const subjectId = { imageDigest: image.digest };
    const asked = new ListImageReferrersCommand({ repositoryName, subjectId, filter: { artifactStatus } });
    expect((await ecr.send(asked)).referrers?.map((it) => it.artifactStatus)).toEqual(found);
  }
});
