import { DescribeImagesCommand, type ECRClient, paginateDescribeImages } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, pushImage, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, anIndex, pushLayer } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';
import type { Manifest } from '../../registry/parse-manifest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../values/media-type.ts';

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

describe('DescribeImages', () => {
  test('tells all of an image', async () => {
    const layer = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.alloc(1000));
    const manifest = aManifest({ config, layers: [layer] });
    await pushImage(ecr, manifest, 'v1', 'latest');

    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));

    expect(imageDetails).toEqual([
      {
        registryId: berth.registry.account,
        repositoryName,
        imageDigest: manifest.digest,
        imageTags: ['latest', 'v1'],
        imageSizeInBytes: 1002,
        imagePushedAt: berth.world.clock.now(),
        imageManifestMediaType: OCI_MANIFEST,
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
        imageStatus: 'ACTIVE',
      },
    ]);
  });

  test('says of a referrer what it refers to, and of an index no artifact type', async () => {
    const subject = aManifest({ config });
    const { bytes, mediaType, digest } = subject;
    const signature = aManifest({
      config,
      subject: { mediaType, digest, size: bytes.length },
      artifactType: 'a/signature',
    });
    const index = anIndex([subject]);
    for (const it of [subject, signature, index]) await pushImage(ecr, it);

    const describing = (it: Manifest) =>
      ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest: it.digest }] }));

    const [signatures, indexes] = [await describing(signature), await describing(index)];
    expect(signatures.imageDetails).toMatchObject([
      { subjectManifestDigest: digest, artifactMediaType: 'a/signature' },
    ]);
    expect(indexes.imageDetails?.[0]).toMatchObject({ imageManifestMediaType: OCI_INDEX });
    expect(indexes.imageDetails?.[0]).not.toHaveProperty('artifactMediaType');
    expect(indexes.imageDetails?.[0]).not.toHaveProperty('imageTags');
  });

  test('pages from the youngest to the oldest', async () => {
    const manifests = ['1', '2', '3'].map((note) => aManifest({ config, note }));
    for (const it of manifests) {
      await pushImage(ecr, it);
      berth.pass(1000);
    }

    const pages = await Array.fromAsync(paginateDescribeImages({ client: ecr, pageSize: 2 }, { repositoryName }));

    const digests = pages.map((page) => page.imageDetails?.map((it) => it.imageDigest));
    const [first, second, third] = manifests.map((it) => it.digest);
    expect(digests).toEqual([[third, second], [first]]);
  });

  test('fails for the first named image that is missing, and gives one named twice once', async () => {
    const manifest = aManifest({ config });
    await pushImage(ecr, manifest, 'v1');
    const describing = (...imageIds: object[]) => ecr.send(new DescribeImagesCommand({ repositoryName, imageIds }));

    const { imageDetails } = await describing({ imageTag: 'v1' }, { imageDigest: manifest.digest });
    const missing = describing({ imageTag: 'v1' }, { imageTag: 'none' }, { imageDigest: DIGEST });

    expect(imageDetails).toHaveLength(1);
    await expect(missing).rejects.toEqual(
      refused(
        'ImageNotFoundException',
        `The image with imageId {imageDigest:'null', imageTag:'none'} does not exist within the repository with name 'app' in the registry with id '${berth.registry.account}'`,
      ),
    );
  });

  test('filters by tags and status, the named ones too', async () => {
    const [tagged, untagged] = [aManifest({ config, note: '1' }), aManifest({ config, note: '2' })];
    await pushImage(ecr, tagged, 'v1');
    await pushImage(ecr, untagged);
    const imageIds = [tagged, untagged].map((it) => ({ imageDigest: it.digest }));
    const found = async (filter: DescribeImagesCommand['input']['filter']) => {
      const all = await ecr.send(new DescribeImagesCommand({ repositoryName, filter }));
      const named = await ecr.send(new DescribeImagesCommand({ repositoryName, filter, imageIds }));
      const digests = [all, named].map((it) => it.imageDetails?.map((image) => image.imageDigest).sort());
      expect(digests[0]).toEqual(digests[1]);
      return digests[0];
    };

    expect(await found({ tagStatus: 'TAGGED' })).toEqual([tagged.digest]);
    expect(await found({ tagStatus: 'UNTAGGED' })).toEqual([untagged.digest]);
    expect(await found({ tagStatus: 'ANY', imageStatus: 'ACTIVE' })).toHaveLength(2);
    expect(await found({ imageStatus: 'ANY' })).toHaveLength(2);
    expect(await found({ imageStatus: 'ARCHIVED' })).toEqual([]);
  });

  test('refuses paging beside named images, after it has looked for the repository', async () => {
    const asked = { imageIds: [{ imageTag: 'v1' }], maxResults: 1 };

    await expect(ecr.send(new DescribeImagesCommand({ repositoryName: 'none', ...asked }))).rejects.toEqual(
      repositoryNotFound(),
    );
    await expect(ecr.send(new DescribeImagesCommand({ repositoryName, ...asked }))).rejects.toEqual(
      refused(
        'InvalidParameterException',
        "Invalid parameter at 'maxResults' failed to satisfy constraint: 'maxResults cannot be specified when imageIds are specified'",
      ),
    );
  });
});
