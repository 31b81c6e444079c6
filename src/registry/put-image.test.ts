import { beforeEach, expect, test } from 'vitest';
import type { TestBerth } from '../../test/berth.ts';
import { aManifest, anIndex, descriptorOf, pushLayer } from '../../test/manifests.ts';
import { sharedBerth } from '../../test/shared-berth.ts';
import { ECR_LIMITS } from '../values/limits.ts';
import { describeImages } from './describe-images.ts';
import { getImage } from './get-image.ts';
import { putImage } from './put-image.ts';

const shared = sharedBerth();
let berth: TestBerth;
beforeEach(async () => {
  berth = await shared.account();
});

async function aConfig(repositoryName = 'app') {
  return pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
}

function into(repositoryName = 'app') {
  return { registry: berth.registry, repositoryName };
}

test('a stored image is read by its tag and by its digest, byte for byte', async () => {
  await berth.createRepository('app');
  const manifest = aManifest({ config: await aConfig() });

  expect(await putImage(berth.world, { ...into(), manifest, tags: ['v1', 'latest'] })).toBe('stored');

  for (const reference of [{ tag: 'v1' }, { tag: 'latest' }, { digest: manifest.digest }]) {
    const image = await getImage(berth.world, { ...into(), reference });
    expect(image.manifest.equals(manifest.bytes)).toBe(true);
  }
});

test('the same image again is unchanged; one more tag is stored and does not make it younger', async () => {
  await berth.createRepository('app');
  const manifest = aManifest({ config: await aConfig() });
  await putImage(berth.world, { ...into(), manifest, tags: ['v1'] });
  const [before] = (await describeImages(berth.world, berth.registry, 'app', { tagStatus: 'ANY', limit: 1 })).images;
  berth.pass(60_000);

  expect(await putImage(berth.world, { ...into(), manifest, tags: ['v1'] })).toBe('unchanged');
  expect(await putImage(berth.world, { ...into(), manifest, tags: [] })).toBe('unchanged');
  expect(await putImage(berth.world, { ...into(), manifest, tags: ['v2'] })).toBe('stored');

  const [after] = (await describeImages(berth.world, berth.registry, 'app', { tagStatus: 'ANY', limit: 1 })).images;
  expect(after).toEqual({ ...before, tags: ['v1', 'v2'] });
});

test('a tag moves, and the image that it leaves stays, untagged', async () => {
  await berth.createRepository('app');
  const config = await aConfig();
  const [first, second] = [aManifest({ config, note: 'one' }), aManifest({ config, note: 'two' })];
  await putImage(berth.world, { ...into(), manifest: first, tags: ['latest'] });
  await putImage(berth.world, { ...into(), manifest: second, tags: ['latest'] });

  expect((await getImage(berth.world, { ...into(), reference: { tag: 'latest' } })).digest).toBe(second.digest);
  expect((await getImage(berth.world, { ...into(), reference: { digest: first.digest } })).digest).toBe(first.digest);
});

test('all missing layers are named, and nothing is stored', async () => {
  await berth.createRepository('app');
  const config = await aConfig();
  const missing = [descriptorOf(Buffer.from('one')), descriptorOf(Buffer.from('two'))];
  const manifest = aManifest({ config, layers: missing });

  await expect(putImage(berth.world, { ...into(), manifest, tags: ['v1'] })).rejects.toMatchObject({
    code: 'LayersNotFoundException',
    message: `Layers with digests '[${missing.map((it) => it.digest).join(', ')}]' required for pushing image into repository with name 'app' in the registry with id '${berth.registry.account}' do not exist`,
  });
  await expect(getImage(berth.world, { ...into(), reference: { digest: manifest.digest } })).rejects.toMatchObject({
    code: 'ImageNotFoundException',
  });
});

test('a layer of another repository is not one of this', async () => {
  await berth.createRepository('app');
  await berth.createRepository('other');
  const manifest = aManifest({ config: await aConfig('other') });
  await expect(putImage(berth.world, { ...into(), manifest, tags: [] })).rejects.toMatchObject({
    code: 'LayersNotFoundException',
  });
});

test('an index may come before its images, and knows its size when they are there; ECR wants them first', async () => {
  await berth.createRepository('app');
  const child = aManifest({ config: await aConfig() });
  const index = anIndex([child]);
  await putImage(berth.world, { ...into(), manifest: index, tags: ['all'] });
  expect((await getImage(berth.world, { ...into(), reference: { tag: 'all' } })).digest).toBe(index.digest);

  const strict = { ...berth.world, rules: { ...berth.world.rules, fidelity: 'aws-strict' } } as const;
  await berth.createRepository('strict');
  await pushLayer(berth.world, berth.registry, 'strict', Buffer.from('{}'));
  const refused = putImage(strict, { ...into('strict'), manifest: index, tags: ['all'] });
  await expect(refused).rejects.toMatchObject({
    code: 'ReferencedImagesNotFoundException',
    message: `Images with digests '[${child.digest}]' required for pushing image into repository with name 'strict' in the registry with id '${berth.registry.account}' do not exist`,
  });
  await putImage(strict, { ...into('strict'), manifest: child, tags: [] });
  await putImage(strict, { ...into('strict'), manifest: index, tags: ['all'] });
  const { images } = await describeImages(berth.world, berth.registry, 'strict', { tagStatus: 'TAGGED', limit: 5 });
  expect(images).toMatchObject([{ digest: index.digest, sizeInBytes: 2 }]);
});

test('of two pushes of one immutable tag at once exactly one wins, and the other is told why', async () => {
  await berth.createRepository('app', { tagMutability: { mode: 'IMMUTABLE', exclusions: [] } });
  const config = await aConfig();
  const pushes = ['one', 'two'].map((note) =>
    putImage(berth.world, { ...into(), manifest: aManifest({ config, note }), tags: ['v1'] }),
  );

  const outcomes = await Promise.allSettled(pushes);

  expect(outcomes.map((it) => it.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes).toContainEqual({
    status: 'rejected',
    reason: expect.objectContaining({
      code: 'ImageTagAlreadyExistsException',
      message:
        "The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the repository is immutable.",
    }),
  });
});

test('a refused tag leaves the image out too, and with exclusions the text speaks of the tag', async () => {
  await berth.createRepository('app', {
    tagMutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['nightly*'] },
  });
  const config = await aConfig();
  const [first, second] = [aManifest({ config, note: 'one' }), aManifest({ config, note: 'two' })];
  await putImage(berth.world, { ...into(), manifest: first, tags: ['v1', 'nightly-1'] });

  await expect(putImage(berth.world, { ...into(), manifest: second, tags: ['v2', 'v1'] })).rejects.toThrow(
    'cannot be overwritten because the tag is immutable.',
  );
  await expect(getImage(berth.world, { ...into(), reference: { tag: 'v2' } })).rejects.toThrow('does not exist');

  expect(await putImage(berth.world, { ...into(), manifest: second, tags: ['nightly-1'] })).toBe('stored');
});

test('the limits of images and of tags have a number each', async () => {
  await berth.createRepository('app');
  const config = await aConfig();
  const limits = { ...ECR_LIMITS, imagesPerRepository: 2, tagsPerImage: 2 };
  const core = { ...berth.world, rules: { ...berth.world.rules, limits } };
  const image = (note: string) => aManifest({ config, note });

  await putImage(core, { ...into(), manifest: image('1'), tags: ['a', 'b'] });
  await expect(putImage(core, { ...into(), manifest: image('1'), tags: ['c'] })).rejects.toMatchObject({
    code: 'LimitExceededException',
    message: expect.stringContaining('the limit of 2 tags'),
  });
  await putImage(core, { ...into(), manifest: image('2'), tags: [] });
  await expect(putImage(core, { ...into(), manifest: image('3'), tags: [] })).rejects.toMatchObject({
    code: 'LimitExceededException',
    message: expect.stringContaining('has reached the limit of 2'),
  });
  expect(ECR_LIMITS).toMatchObject({ imagesPerRepository: 100_000, tagsPerImage: 1_000 });
});
