import { type ECRClient, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { call } from '../../../test/aws/call.ts';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { ownBerth, sharedBerth } from '../../../test/shared-berth.ts';
import { putImage } from '../../registry/put-image.ts';

const repositoryName = 'app';
const DIGEST = `sha256:${'0'.repeat(64)}`;

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => start(await shared.account()));

async function start(own: TestBerth): Promise<void> {
  berth = own;
  ecr = ecrClient(berth);
  await berth.createRepository(repositoryName);
}

describe('GetDownloadUrlForLayer', () => {
  test('gives an address that anyone can read for an hour, of a layer that an image needs', async () => {
    await start(await ownBerth());
    const layer = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{"a":1}'));
    const asked = { repositoryName, layerDigest: layer.digest };
    const inNoImage = ecr.send(new GetDownloadUrlForLayerCommand(asked));
    await expect(inNoImage).rejects.toEqual(refused('LayerInaccessibleException', /is not associated with an image$/));
    const into = { registry: berth.registry, repositoryName };
    await putImage(berth.world, { ...into, manifest: aManifest({ config: layer }), tags: [] });

    const { downloadUrl = '', layerDigest } = await ecr.send(new GetDownloadUrlForLayerCommand(asked));

    expect(layerDigest).toBe(layer.digest);
    expect(downloadUrl.startsWith(`${berth.url}/`)).toBe(true);
    expect(await (await fetch(downloadUrl)).text()).toBe('{"a":1}');
    berth.pass(3_600_000);
    expect((await fetch(downloadUrl)).status).toBe(403);
  });

  test('leads to the host of ECR by which the caller came', async () => {
    const layer = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
    const into = { registry: berth.registry, repositoryName };
    await putImage(berth.world, { ...into, manifest: aManifest({ config: layer }), tags: [] });

    const { json } = await call(berth, 'GetDownloadUrlForLayer', {
      headers: { host: 'ecr.us-east-1.api.aws' },
      body: { repositoryName, layerDigest: layer.digest },
    });

    expect(json['downloadUrl']).toMatch(
      new RegExp(`^http://${berth.registry.account}[.]dkr-ecr[.]us-east-1[.]on[.]aws/layers/`),
    );
  });

  test.each([DIGEST, 'md5:00'])('does not find %s', async (layerDigest) => {
    const getting = ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }));

    await expect(getting).rejects.toEqual(refused('LayersNotFoundException', new RegExp(layerDigest)));
  });
});
