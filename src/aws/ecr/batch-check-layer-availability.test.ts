import { BatchCheckLayerAvailabilityCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';
import { putImage } from '../../registry/put-image.ts';

const repositoryName = 'app';

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
  await berth.createRepository(repositoryName);
});

describe('BatchCheckLayerAvailability', () => {
  test('says of each digest whether the repository has it, or what is wrong with it', async () => {
    await berth.createRepository('other');
    const here = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('here'));
    const there = await pushLayer(berth.world, berth.registry, 'other', Buffer.from('there'));
    const layerDigests = [there.digest, here.digest, 'not a digest', '', 'md5:00'];

    const { layers, failures } = await ecr.send(
      new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }),
    );

    expect(layers).toEqual([
      { layerDigest: there.digest, layerAvailability: 'UNAVAILABLE' },
      { layerDigest: here.digest, layerAvailability: 'AVAILABLE', layerSize: 4 },
      { layerDigest: 'md5:00', layerAvailability: 'UNAVAILABLE' },
    ]);
    expect(failures?.map((it) => [it.failureCode, it.layerDigest])).toEqual([
      ['InvalidLayerDigest', 'not a digest'],
      ['MissingLayerDigest', ''],
    ]);
  });

  test('knows the media type once an image has named it', async () => {
    const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
    const into = { registry: berth.registry, repositoryName };
    await putImage(berth.world, { ...into, manifest: aManifest({ config }), tags: [] });

    const { layers } = await ecr.send(
      new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [config.digest] }),
    );

    expect(layers?.[0]?.mediaType).toBe('application/vnd.oci.image.config.v1+json');
  });
});
