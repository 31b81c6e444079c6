import { BatchGetImageCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, pushImage, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';
import { DOCKER_MANIFEST, OCI_MANIFEST } from '../../values/media-type.ts';

const repositoryName = 'app';
const repositoryNotFound = () =>
  refused(
    'RepositoryNotFoundException',
    `The repository with name 'none' does not exist in the registry with id '${berth.registry.account}'`,
  );
const DIGEST = `sha256:${'0'.repeat(64)}`;

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
let config: Awaited<ReturnType<typeof pushLayer>>;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
  await berth.createRepository(repositoryName);
  config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
});

describe('BatchGetImage', () => {
  test('answers images in the order asked, and says of each other id what is wrong with it', async () => {
    const manifest = aManifest({ config });
    const other = aManifest({ config, note: 'other' });
    await pushImage(ecr, manifest, 'v1');
    await pushImage(ecr, other, 'v2');
    const imageIds = [
      { imageTag: 'v2' },
      { imageDigest: manifest.digest },
      { imageDigest: manifest.digest, imageTag: 'v1' },
      {},
      { imageDigest: 'sha256:short' },
      { imageTag: 'none' },
      { imageDigest: DIGEST },
      { imageDigest: other.digest, imageTag: 'v1' },
    ];

    const { images, failures } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));

    expect(images?.map((it) => it.imageId)).toEqual([
      { imageDigest: other.digest, imageTag: 'v2' },
      { imageDigest: manifest.digest },
      { imageDigest: manifest.digest, imageTag: 'v1' },
    ]);
    expect(failures?.map((it) => [it.failureCode, it.imageId])).toEqual([
      ['MissingDigestAndTag', {}],
      ['InvalidImageDigest', { imageDigest: 'sha256:short' }],
      ['ImageNotFound', { imageTag: 'none' }],
      ['ImageNotFound', { imageDigest: DIGEST }],
      ['ImageTagDoesNotMatchDigest', { imageDigest: other.digest, imageTag: 'v1' }],
    ]);
    expect(failures?.[0]?.failureReason).toBe('Invalid request parameters: both tag and digest cannot be null');
  });

  test('never converts to an accepted media type', async () => {
    const manifest = aManifest({ config });
    await pushImage(ecr, manifest, 'v1');
    const asked = { repositoryName, imageIds: [{ imageTag: 'v1' }], acceptedMediaTypes: [DOCKER_MANIFEST] };

    const { images } = await ecr.send(new BatchGetImageCommand(asked));

    expect(images?.[0]?.imageManifest).toBe(manifest.bytes.toString('utf8'));
    expect(images?.[0]?.imageManifestMediaType).toBe(OCI_MANIFEST);
  });

  test('fails for a repository that is not there', async () => {
    const getting = ecr.send(new BatchGetImageCommand({ repositoryName: 'none', imageIds: [{}] }));

    await expect(getting).rejects.toEqual(repositoryNotFound());
  });
});
