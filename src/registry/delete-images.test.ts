import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../test/berth.ts';
import { aManifest, anIndex, pushLayer } from '../../test/manifests.ts';
import { sharedBerth } from '../../test/shared-berth.ts';
import { deleteImageByDigest, deleteTag } from './delete-image.ts';
import { deleteImages } from './delete-images.ts';
import { listImages } from './list-images.ts';
import type { Manifest } from './parse-manifest.ts';
import { putImage } from './put-image.ts';

const UNKNOWN = `sha256:${'0'.repeat(64)}`;

const shared = sharedBerth();
let berth: TestBerth;
let child: Manifest;
let index: Manifest;

beforeEach(async () => {
  berth = await shared.account();
  await berth.createRepository('app');
  const config = await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}'));
  child = aManifest({ config });
  index = anIndex([child]);
});

const put = (manifest: Manifest, ...tags: string[]) =>
  putImage(berth.world, { registry: berth.registry, repositoryName: 'app', manifest, tags });
const remove = (...ids: Parameters<typeof deleteImages>[3]) => deleteImages(berth.world, berth.registry, 'app', ids);
const left = async () =>
  (await listImages(berth.world, berth.registry, 'app', { tagStatus: 'ANY', limit: 100 })).imageIds;

test('by a tag that is not the last only the tag goes, by the last the image too', async () => {
  await put(child, 'a', 'b');
  expect(await remove({ imageTag: 'a' })).toEqual({
    deleted: [{ imageDigest: child.digest, imageTag: 'a' }],
    failures: [],
  });
  expect(await left()).toEqual([{ imageDigest: child.digest, imageTag: 'b' }]);
  await remove({ imageTag: 'b' });
  expect(await left()).toEqual([]);
});

test('by digest the image goes with all its tags, each of them named', async () => {
  await put(child, 'a', 'b');
  expect(await remove({ imageDigest: child.digest })).toEqual({
    deleted: [
      { imageDigest: child.digest, imageTag: 'a' },
      { imageDigest: child.digest, imageTag: 'b' },
    ],
    failures: [],
  });
  expect(await left()).toEqual([]);
});

test('an immutable tag can be deleted, and is free again', async () => {
  await berth.createRepository('fixed', { tagMutability: { mode: 'IMMUTABLE', exclusions: [] } });
  const config = await pushLayer(berth.world, berth.registry, 'fixed', Buffer.from('{}'));
  const into = { registry: berth.registry, repositoryName: 'fixed' };
  await putImage(berth.world, { ...into, manifest: aManifest({ config, note: '1' }), tags: ['v1'] });
  await deleteImages(berth.world, berth.registry, 'fixed', [{ imageTag: 'v1' }]);
  await putImage(berth.world, { ...into, manifest: aManifest({ config, note: '2' }), tags: ['v1'] });
});

describe('an image that an index holds', () => {
  beforeEach(async () => {
    await put(child, 'child');
    await put(index, 'all');
  });
  const held = () => ({
    failureCode: 'ImageReferencedByManifestList',
    failureReason: `Requested image referenced by manifest list: [${index.digest}]`,
  });

  test('stays, tag and all, while the index is there', async () => {
    expect(await remove({ imageTag: 'child' }, { imageDigest: child.digest })).toEqual({
      deleted: [],
      failures: [
        { imageId: { imageTag: 'child' }, ...held() },
        { imageId: { imageDigest: child.digest }, ...held() },
      ],
    });
    expect(await left()).toHaveLength(2);
  });

  test('goes with its index in one call, in whatever order they are named', async () => {
    const { failures } = await remove({ imageDigest: child.digest }, { imageDigest: index.digest });
    expect(failures).toEqual([]);
    expect(await left()).toEqual([]);
  });

  test('does not go with its index where ECR would keep it', async () => {
    const strict = { ...berth.world, rules: { ...berth.world.rules, fidelity: 'aws-strict' } } as const;
    const both = [{ imageDigest: child.digest }, { imageDigest: index.digest }];
    const { failures } = await deleteImages(strict, berth.registry, 'app', both);
    expect(failures).toMatchObject([held()]);
    expect(await left()).toEqual([{ imageDigest: child.digest, imageTag: 'child' }]);
  });

  test('stays, untagged, when the index alone goes', async () => {
    await remove({ imageTag: 'all' });
    expect(await left()).toEqual([{ imageDigest: child.digest, imageTag: 'child' }]);
  });

  test('is refused at the docker door as well', async () => {
    const refused = deleteImageByDigest(berth.world, berth.registry, 'app', child.digest);
    await expect(refused).rejects.toMatchObject({ oci: { code: 'UNSUPPORTED', status: 405 } });
  });
});

test('what cannot be deleted is a failure of its own, with words for each', async () => {
  await put(child, 'a');
  const outcome = await remove(
    {},
    { imageDigest: 'latest' },
    { imageTag: 'a:b' },
    { imageDigest: UNKNOWN },
    { imageTag: 'none' },
    { imageDigest: UNKNOWN, imageTag: 'a' },
    { imageTag: 'a' },
  );
  expect(outcome.deleted).toEqual([{ imageDigest: child.digest, imageTag: 'a' }]);
  expect(outcome.failures.map((it) => [it.failureCode, it.failureReason])).toEqual([
    ['MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null'],
    [
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    ],
    [
      'InvalidImageTag',
      "Invalid request parameters: image tag should satisfy the regex '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'",
    ],
    ['ImageNotFound', 'Requested image not found'],
    ['ImageNotFound', 'Requested image not found'],
    ['ImageTagDoesNotMatchDigest', 'The image tag does not match the image digest'],
  ]);
});

test('at the docker door a tag goes alone, even the last, and a second time is not found', async () => {
  await put(child, 'a');
  await deleteTag(berth.world, berth.registry, 'app', 'a');
  expect(await left()).toEqual([{ imageDigest: child.digest }]);
  await expect(deleteTag(berth.world, berth.registry, 'app', 'a')).rejects.toMatchObject({
    code: 'ImageNotFoundException',
  });
});
