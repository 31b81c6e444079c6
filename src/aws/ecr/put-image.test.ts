import { BatchGetImageCommand, DescribeImagesCommand, type ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, pushImage, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, descriptorOf, pushLayer } from '../../../test/manifests.ts';
import { ownBerth, sharedBerth } from '../../../test/shared-berth.ts';
import { parseManifest } from '../../registry/parse-manifest.ts';
import { OCI_MANIFEST } from '../../values/media-type.ts';

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
beforeEach(async () => start(await shared.account()));

async function start(own: TestBerth): Promise<void> {
  berth = own;
  ecr = ecrClient(berth);
  await berth.createRepository(repositoryName);
  config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
}

describe('PutImage', () => {
  test('answers the image, and the manifest comes back byte for byte, also when it is pretty-printed', async () => {
    const pretty = JSON.stringify(JSON.parse(aManifest({ config, note: 'ü€𝄞' }).bytes.toString('utf8')), null, 3);
    const imageManifest = `${pretty}\n`;
    const { digest } = parseManifest(Buffer.from(imageManifest), { mediaType: undefined, fidelity: 'superset' });

    const put = await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }));
    const got = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }));

    expect(put.image).toEqual({
      registryId: berth.registry.account,
      repositoryName,
      imageId: { imageDigest: digest, imageTag: 'v1' },
      imageManifest,
      imageManifestMediaType: OCI_MANIFEST,
    });
    expect(got.images).toEqual([put.image]);
    expect(got.failures).toEqual([]);
  });

  test('takes the media type from the parameter where the manifest has none', async () => {
    const { mediaType: _, ...json } = JSON.parse(aManifest({ config }).bytes.toString('utf8'));
    const bare = { repositoryName, imageManifest: JSON.stringify(json) };

    await expect(ecr.send(new PutImageCommand(bare))).rejects.toEqual(
      refused(
        'InvalidParameterException',
        /^Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'/,
      ),
    );
    const { image } = await ecr.send(new PutImageCommand({ ...bare, imageManifestMediaType: OCI_MANIFEST }));
    expect(image?.imageManifestMediaType).toBe(OCI_MANIFEST);
  });

  test('takes a manifest of 4 MiB, and none that is longer', async () => {
    const empty = aManifest({ config, note: '' }).bytes.length;
    const room = 4 * 1024 * 1024 - empty;
    const longest = aManifest({ config, note: '"'.repeat(Math.floor(room / 2)) });

    await pushImage(ecr, longest, 'long');
    const tooLong = pushImage(ecr, aManifest({ config, note: 'a'.repeat(room + 1) }));

    await expect(tooLong).rejects.toEqual(refused('InvalidParameterException', /'imageManifest'.*4194304/));
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    expect(imageDetails?.map((it) => it.imageDigest)).toEqual([longest.digest]);
  });

  test('says that an image exists already when nothing is new, and takes one more tag', async () => {
    const manifest = aManifest({ config });
    await pushImage(ecr, manifest, 'v1');

    const exists = (tag: string) =>
      refused(
        'ImageAlreadyExistsException',
        `Image with digest '${manifest.digest}' and tag '${tag}' already exists in the repository with name 'app' in registry with id '${berth.registry.account}'`,
      );
    await expect(pushImage(ecr, manifest, 'v1')).rejects.toEqual(exists('v1'));
    await expect(pushImage(ecr, manifest)).rejects.toEqual(exists('null'));
    await pushImage(ecr, manifest, 'v2');

    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    expect(imageDetails).toMatchObject([{ imageTags: ['v1', 'v2'] }]);
  });

  test('moves no immutable tag', async () => {
    await berth.createRepository('fixed', { tagMutability: { mode: 'IMMUTABLE', exclusions: [] } });
    await pushLayer(berth.world, berth.registry, 'fixed', Buffer.from('{}'));
    const put = (note: string) =>
      ecr.send(
        new PutImageCommand({
          repositoryName: 'fixed',
          imageManifest: aManifest({ config, note }).bytes.toString('utf8'),
          imageTag: 'v1',
        }),
      );
    await put('one');

    await expect(put('two')).rejects.toEqual(
      refused(
        'ImageTagAlreadyExistsException',
        "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the repository is immutable.",
      ),
    );
  });

  test('names every layer that is missing', async () => {
    const missing = [Buffer.from('a'), Buffer.from('b')].map((it) => descriptorOf(it));

    await expect(pushImage(ecr, aManifest({ config, layers: missing }))).rejects.toEqual(
      refused(
        'LayersNotFoundException',
        `Layers with digests '[${missing.map((it) => it.digest).join(', ')}]' required for pushing image into repository with name 'app' in the registry with id '${berth.registry.account}' do not exist`,
      ),
    );
  });

  test('checks in the order of ECR: repository, manifest, tag, digest, layers', async () => {
    const manifest = aManifest({ config: descriptorOf(Buffer.from('missing')) }).bytes.toString('utf8');
    const wrong = { repositoryName: 'none', imageManifest: '{', imageTag: '-', imageDigest: DIGEST };
    const put = (input: PutImageCommand['input']) => ecr.send(new PutImageCommand(input));

    await expect(put(wrong)).rejects.toEqual(repositoryNotFound());
    await expect(put({ ...wrong, repositoryName })).rejects.toEqual(
      refused(
        'InvalidParameterException',
        "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
      ),
    );
    await expect(put({ ...wrong, repositoryName, imageManifest: manifest })).rejects.toEqual(
      refused('InvalidParameterException', /^Invalid parameter at 'imageTag'/),
    );
    await expect(put({ ...wrong, repositoryName, imageManifest: manifest, imageTag: 'v1' })).rejects.toEqual(
      refused('ImageDigestDoesNotMatchException', new RegExp(DIGEST)),
    );
    await expect(put({ repositoryName, imageManifest: manifest, imageTag: 'v1' })).rejects.toEqual(
      refused('LayersNotFoundException', /do not exist$/),
    );
  });

  test('knows an image by SHA-512 where its digest is given so, and not as strict as ECR', async () => {
    await start(await ownBerth());
    const { bytes } = aManifest({ config });
    const { digest } = parseManifest(bytes, {
      mediaType: OCI_MANIFEST,
      fidelity: 'superset',
      digestAlgorithm: 'sha512',
    });
    const input = { repositoryName, imageManifest: bytes.toString('utf8'), imageDigest: digest };

    const { image } = await ecr.send(new PutImageCommand(input));
    await berth.restart({ fidelity: 'aws-strict' });
    const strict = ecr.send(new PutImageCommand(input));

    expect(image?.imageId).toEqual({ imageDigest: digest });
    await expect(strict).rejects.toEqual(refused('ImageDigestDoesNotMatchException', new RegExp(digest)));
  });
});
