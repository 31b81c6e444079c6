import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  type ECRClient,
  ListImagesCommand,
  PutImageCommand,
  paginateDescribeImages,
  paginateListImages,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { aManifest, anIndex, descriptorOf, pushLayer } from '../../../test/manifests.ts';
import { type Manifest, parseManifest } from '../../registry/parse-manifest.ts';
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../values/media-type.ts';

const repositoryName = 'app';
const REPOSITORY_NOT_FOUND = refused(
  'RepositoryNotFoundException',
  "The repository with name 'none' does not exist in the registry with id '123456789012'",
);
const DIGEST = `sha256:${'0'.repeat(64)}`;

let berth: TestBerth;
let ecr: ECRClient;
let config: Awaited<ReturnType<typeof pushLayer>>;
beforeEach(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
  await berth.createRepository(repositoryName);
  config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
});
afterEach(() => berth.stop());

/** Pushes by the API, under each of the tags. */
async function push(manifest: Manifest, ...tags: (string | undefined)[]): Promise<void> {
  for (const imageTag of tags.length > 0 ? tags : [undefined]) {
    await ecr.send(new PutImageCommand({ repositoryName, imageManifest: manifest.bytes.toString('utf8'), imageTag }));
  }
}

describe('PutImage', () => {
  test('answers the image, and the manifest comes back byte for byte, also when it is pretty-printed', async () => {
    const pretty = JSON.stringify(JSON.parse(aManifest({ config, note: 'ü€𝄞' }).bytes.toString('utf8')), null, 3);
    const imageManifest = `${pretty}\n`;
    const { digest } = parseManifest(Buffer.from(imageManifest), { mediaType: undefined, fidelity: 'superset' });

    const put = await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }));
    const got = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }));

    expect(put.image).toEqual({
      registryId: '123456789012',
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

    await push(longest, 'long');
    const tooLong = push(aManifest({ config, note: 'a'.repeat(room + 1) }));

    await expect(tooLong).rejects.toEqual(refused('InvalidParameterException', /'imageManifest'.*4194304/));
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    expect(imageDetails?.map((it) => it.imageDigest)).toEqual([longest.digest]);
  });

  test('says that an image exists already when nothing is new, and takes one more tag', async () => {
    const manifest = aManifest({ config });
    await push(manifest, 'v1');

    const exists = (tag: string) =>
      refused(
        'ImageAlreadyExistsException',
        `Image with digest '${manifest.digest}' and tag '${tag}' already exists in the repository with name 'app' in registry with id '123456789012'`,
      );
    await expect(push(manifest, 'v1')).rejects.toEqual(exists('v1'));
    await expect(push(manifest)).rejects.toEqual(exists('null'));
    await push(manifest, 'v2');

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

    await expect(push(aManifest({ config, layers: missing }))).rejects.toEqual(
      refused(
        'LayersNotFoundException',
        `Layers with digests '[${missing.map((it) => it.digest).join(', ')}]' required for pushing image into repository with name 'app' in the registry with id '123456789012' do not exist`,
      ),
    );
  });

  test('checks in the order of ECR: repository, manifest, tag, digest, layers', async () => {
    const manifest = aManifest({ config: descriptorOf(Buffer.from('missing')) }).bytes.toString('utf8');
    const wrong = { repositoryName: 'none', imageManifest: '{', imageTag: '-', imageDigest: DIGEST };
    const put = (input: PutImageCommand['input']) => ecr.send(new PutImageCommand(input));

    await expect(put(wrong)).rejects.toEqual(REPOSITORY_NOT_FOUND);
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

describe('BatchGetImage', () => {
  test('answers images in the order asked, and says of each other id what is wrong with it', async () => {
    const manifest = aManifest({ config });
    const other = aManifest({ config, note: 'other' });
    await push(manifest, 'v1');
    await push(other, 'v2');
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
    await push(manifest, 'v1');
    const asked = { repositoryName, imageIds: [{ imageTag: 'v1' }], acceptedMediaTypes: [DOCKER_MANIFEST] };

    const { images } = await ecr.send(new BatchGetImageCommand(asked));

    expect(images?.[0]?.imageManifest).toBe(manifest.bytes.toString('utf8'));
    expect(images?.[0]?.imageManifestMediaType).toBe(OCI_MANIFEST);
  });

  test('fails for a repository that is not there', async () => {
    const getting = ecr.send(new BatchGetImageCommand({ repositoryName: 'none', imageIds: [{}] }));

    await expect(getting).rejects.toEqual(REPOSITORY_NOT_FOUND);
  });
});

describe('BatchDeleteImage', () => {
  test('takes a tag away, the image with its last one, and all of an image by digest', async () => {
    const [one, two] = [aManifest({ config, note: '1' }), aManifest({ config, note: '2' })];
    await push(one, 'a', 'b');
    await push(two, 'c', 'd');
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
    await push(child);
    await push(index, 'latest');

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

describe('DescribeImages', () => {
  test('tells all of an image', async () => {
    const layer = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.alloc(1000));
    const manifest = aManifest({ config, layers: [layer] });
    await push(manifest, 'v1', 'latest');

    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));

    expect(imageDetails).toEqual([
      {
        registryId: '123456789012',
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
    for (const it of [subject, signature, index]) await push(it);

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
      await push(it);
      berth.pass(1000);
    }

    const pages = await Array.fromAsync(paginateDescribeImages({ client: ecr, pageSize: 2 }, { repositoryName }));

    const digests = pages.map((page) => page.imageDetails?.map((it) => it.imageDigest));
    const [first, second, third] = manifests.map((it) => it.digest);
    expect(digests).toEqual([[third, second], [first]]);
  });

  test('fails for the first named image that is missing, and gives one named twice once', async () => {
    const manifest = aManifest({ config });
    await push(manifest, 'v1');
    const describing = (...imageIds: object[]) => ecr.send(new DescribeImagesCommand({ repositoryName, imageIds }));

    const { imageDetails } = await describing({ imageTag: 'v1' }, { imageDigest: manifest.digest });
    const missing = describing({ imageTag: 'v1' }, { imageTag: 'none' }, { imageDigest: DIGEST });

    expect(imageDetails).toHaveLength(1);
    await expect(missing).rejects.toEqual(
      refused(
        'ImageNotFoundException',
        "The image with imageId {imageDigest:'null', imageTag:'none'} does not exist within the repository with name 'app' in the registry with id '123456789012'",
      ),
    );
  });

  test('filters by tags and status, the named ones too', async () => {
    const [tagged, untagged] = [aManifest({ config, note: '1' }), aManifest({ config, note: '2' })];
    await push(tagged, 'v1');
    await push(untagged);
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
      REPOSITORY_NOT_FOUND,
    );
    await expect(ecr.send(new DescribeImagesCommand({ repositoryName, ...asked }))).rejects.toEqual(
      refused(
        'InvalidParameterException',
        "Invalid parameter at 'maxResults' failed to satisfy constraint: 'maxResults cannot be specified when imageIds are specified'",
      ),
    );
  });
});

describe('ListImages', () => {
  test('pages through each tag, then each image without one', async () => {
    const [tagged, untagged] = [aManifest({ config, note: '1' }), aManifest({ config, note: '2' })];
    await push(tagged, 'a', 'b');
    await push(untagged);

    const pages = await Array.fromAsync(paginateListImages({ client: ecr, pageSize: 2 }, { repositoryName }));

    expect(pages.map((page) => page.imageIds)).toEqual([
      ['a', 'b'].map((imageTag) => ({ imageDigest: tagged.digest, imageTag })),
      [{ imageDigest: untagged.digest }],
    ]);
  });

  test('filters, and its token goes on only with the same filter and repository', async () => {
    const manifest = aManifest({ config });
    await push(manifest, 'a', 'b');
    await berth.createRepository('other');
    const filter = { tagStatus: 'TAGGED' } as const;
    const { nextToken } = await ecr.send(new ListImagesCommand({ repositoryName, filter, maxResults: 1 }));
    const next = (changed: Partial<ListImagesCommand['input']>) =>
      ecr.send(new ListImagesCommand({ repositoryName, filter, nextToken, ...changed }));

    const page = await next({});

    expect(page.imageIds).toEqual([{ imageDigest: manifest.digest, imageTag: 'b' }]);
    expect(page.nextToken).toBeUndefined();
    const foreign = refused(
      'InvalidParameterException',
      "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid next token'",
    );
    await expect(next({ filter: { tagStatus: 'ANY' } })).rejects.toEqual(foreign);
    await expect(next({ repositoryName: 'other' })).rejects.toEqual(foreign);
    await expect(next({ nextToken: 'b' })).rejects.toEqual(foreign);
    await expect(next({ repositoryName: 'none' })).rejects.toEqual(REPOSITORY_NOT_FOUND);
    expect(
      (await ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'UNTAGGED' } }))).imageIds,
    ).toEqual([]);
    expect(
      (await ecr.send(new ListImagesCommand({ repositoryName, filter: { imageStatus: 'ARCHIVED' } }))).imageIds,
    ).toEqual([]);
  });
});
