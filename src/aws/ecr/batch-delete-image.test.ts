import { BatchDeleteImageCommand, type ECRClient, ListImagesCommand } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, pushImage } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, anIndex, pushLayer } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const repositoryName = 'app';

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

describe('BatchDeleteImage', () => {
  test('takes a tag away, the image with its last one, and all of an image by digest', async () => {
    const [one, two] = [aManifest({ config, note: '1' }), aManifest({ config, note: '2' })];
    await pushImage(ecr, one, 'a', 'b');
    await pushImage(ecr, two, 'c', 'd');
    const remove = (...imageIds: object[]) => ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));

    const tag = await remove({ imageTag: 'a' });
    const lastTag = await remove({ imageTag: 'b' });
    const image = await remove({ imageDigest: two.digest }, { imageTag: 'none' });

    expect(tag.imageIds).toEqual([{ imageDigest: one.digest, imageTag: 'a' }]);
    expect(lastTag.imageIds).toEqual([{ imageDigest: one.digest, imageTag: 'b' }]);
    expect(image.imageIds).toEqual(['c', 'd'].map((imageTag) => ({ imageDigest: two.digest, imageTag })));
    expect(image.failures).toEqual([
      { imageId: { imageTag: 'none' }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
    ]);
    expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([]);
  });

  test('keeps what an index needs', async () => {
    const child = aManifest({ config });
    const index = anIndex([child]);
    await pushImage(ecr, child);
    await pushImage(ecr, index, 'latest');

    const { imageIds, failures } = await ecr.send(
      new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: child.digest }] }),
    );

    expect(imageIds).toEqual([]);
    expect(failures).toEqual([
      {
        imageId: { imageDigest: child.digest },
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${index.digest}]`,
      },
    ]);
  });
});
