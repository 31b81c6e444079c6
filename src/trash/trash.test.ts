import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { aManifest, anIndex, pushLayer } from '../../test/manifests.ts';
import { collect } from '../housekeeping/collect.ts';
import { fsck } from '../housekeeping/fsck.ts';
import { deleteImages } from '../registry/delete-images.ts';
import { deleteRepository } from '../registry/delete-repository.ts';
import { getImage } from '../registry/get-image.ts';
import { deleteLayer, readLayer } from '../registry/layers.ts';
import { listRepositories } from '../registry/list-repositories.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import type { Digest } from '../values/digest.ts';
import { emptyTrash } from './empty-trash.ts';
import { tagHistory } from './tag-history.ts';
import { undeleteImage, type Wanted } from './undelete-image.ts';
import { undeleteRepository } from './undelete-repository.ts';

const DAY = 24 * 60 * 60 * 1000;
const TRASH_DAYS = 7;

let berth: TestBerth;
let repositoryName: string;
let layer: Digest;
let image: Manifest;
let other: Manifest;
let count = 0;

beforeAll(async () => {
  berth = await startBerth({ settings: { trashDays: TRASH_DAYS } });
});
afterAll(() => berth.stop());
beforeEach(async () => {
  count += 1;
  repositoryName = `app-${count}`;
  await berth.createRepository(repositoryName);
  const own = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from(`layer of ${count}`));
  layer = own.digest;
  image = aManifest({ config: own });
  other = aManifest({ config: own, note: 'other' });
});

const put = (manifest: Manifest, ...tags: string[]) =>
  putImage(berth.world, { registry: berth.registry, repositoryName, manifest, tags });
const remove = (...imageIds: { imageDigest?: string; imageTag?: string }[]) =>
  deleteImages(berth.world, berth.registry, repositoryName, imageIds);
const removeRepository = () => deleteRepository(berth.world, { registry: berth.registry, repositoryName, force: true });
const undelete = async (wanted: Wanted) => {
  await berth.settle();
  return undeleteImage(berth.world, berth.registry, repositoryName, wanted);
};
const undeleteAll = () => undeleteRepository(berth.world, berth.registry, repositoryName);
const at = (tag: string) =>
  getImage(berth.world, { registry: berth.registry, repositoryName, reference: { tag } }).then(
    (it) => it.digest,
    () => undefined,
  );
const isLayerThere = () =>
  readLayer(berth.world, berth.registry, repositoryName, layer).then(
    () => true,
    () => false,
  );
const tidy = async () => {
  await emptyTrash(berth.world);
  // The second collection takes what the first one let go of.
  for (let i = 0; i < 2; i++) await collect(berth.world);
};

describe('a deleted image', () => {
  test('is back with its tags until its time is over, whatever is collected meanwhile', async () => {
    await put(image, 'v1', 'v2');
    await remove({ imageDigest: image.digest });
    berth.pass(TRASH_DAYS * DAY - 1_000);
    await tidy();

    expect(await undelete({ digest: image.digest })).toEqual({
      digest: image.digest,
      tags: ['v1', 'v2'],
      children: [],
    });

    expect([await at('v1'), await at('v2'), await isLayerThere()]).toEqual([image.digest, image.digest, true]);
  });

  test('is gone, with its layers, when its time is over', async () => {
    await put(image, 'v1');
    await remove({ imageTag: 'v1' });
    berth.pass(TRASH_DAYS * DAY + 1_000);
    await tidy();

    await expect(undelete({ digest: image.digest })).rejects.toThrow('neither in');
    expect(await isLayerThere()).toBe(false);
  });

  test('leaves tags alone that point elsewhere since', async () => {
    await put(image, 'v1', 'v2');
    await remove({ imageDigest: image.digest });
    await put(other, 'v1');

    expect((await undelete({ digest: image.digest })).tags).toEqual(['v2']);
    expect(await at('v1')).toBe(other.digest);
  });

  test('cannot come back when somebody deleted its layers, and says which', async () => {
    await put(image);
    await remove({ imageDigest: image.digest });
    await deleteLayer(berth.world, berth.registry, repositoryName, layer);

    await expect(undelete({ digest: image.digest })).rejects.toMatchObject({ facts: { missing: [layer] } });
  });

  test('brings the images that it holds, when it is an index', async () => {
    const index = anIndex([image, other]);
    for (const manifest of [image, other]) await put(manifest);
    await put(index, 'all');
    await remove({ imageTag: 'all' }, { imageDigest: image.digest });

    expect(await undelete({ tag: 'all' })).toMatchObject({ tags: ['all'], children: [image.digest] });
    expect(await at('all')).toBe(index.digest);
  });

  test('that was pushed again is in no need of the trash', async () => {
    await put(image, 'v1');
    await remove({ imageTag: 'v1' });
    await put(image);
    expect((await undelete({ digest: image.digest })).tags).toEqual([]);
    await expect(undelete({ digest: 'nothing' })).rejects.toThrow('neither in');
  });
});

describe('a tag', () => {
  test('goes back to where it pointed before it was moved, or at a time', async () => {
    await put(image, 'latest');
    const first = berth.world.clock.now();
    berth.pass(1_000);
    await put(other, 'latest');

    expect(await undelete({ tag: 'latest' })).toMatchObject({ digest: image.digest });
    expect(await at('latest')).toBe(image.digest);
    berth.pass(1_000);
    await put(other, 'latest');
    await berth.settle();
    await undelete({ tag: 'latest', at: first });
    expect(await at('latest')).toBe(image.digest);

    const before = new Date(first.getTime() - 1_000);
    await expect(undelete({ tag: 'latest', at: before })).rejects.toThrow('Nothing is known');
  });

  test('does not move where it may not', async () => {
    repositoryName = `${repositoryName}/fixed`;
    await berth.createRepository(repositoryName, { tagMutability: { mode: 'IMMUTABLE', exclusions: [] } });
    const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
    const [one, two] = [aManifest({ config, note: '1' }), aManifest({ config, note: '2' })];
    await put(one, 'v1');
    await remove({ imageTag: 'v1' });
    await put(two, 'v1');

    await berth.settle();
    const past = berth.world.clock.now();
    const [, removed] = (await tagHistory(berth.world, berth.registry, repositoryName, { tag: 'v1', limit: 9 })) ?? [];
    expect(removed).toMatchObject({ from: one.digest, at: past });
    const undone = undeleteImage(berth.world, berth.registry, repositoryName, { digest: one.digest });
    expect((await undone).tags).toEqual([]);
    expect(await at('v1')).toBe(two.digest);
  });

  test('has a history: what happened, from where, to where, and when', async () => {
    await put(image, 'v1', 'v2');
    berth.pass(1_000);
    await put(other, 'v1');
    berth.pass(1_000);
    await remove({ imageTag: 'v2' });
    await put(other, 'v3');
    await remove({ imageTag: 'v1' });
    await berth.settle();

    const moves = async (tag: string) =>
      (await tagHistory(berth.world, berth.registry, repositoryName, { tag, limit: 10 })).map((it) => [
        it.what,
        it.from,
        it.to,
      ]);
    expect(await moves('v1')).toEqual([
      ['tag removed', other.digest, undefined],
      ['pushed', image.digest, other.digest],
      ['pushed', undefined, image.digest],
    ]);
    expect(await moves('v2')).toEqual([
      ['image deleted', image.digest, undefined],
      ['pushed', undefined, image.digest],
    ]);
  });
});

describe('a deleted repository', () => {
  const names = async () =>
    (await listRepositories(berth.world, berth.registry, { limit: 1_000 })).repositories.map((it) => it.name);

  test('is nowhere to be seen, and back as it was', async () => {
    await put(image, 'v1');
    await remove({ imageTag: 'none' });
    await removeRepository();
    expect(await names()).not.toContain(repositoryName);
    expect((await names()).filter((it) => it.startsWith('~'))).toEqual([]);
    expect([await at('v1'), await isLayerThere()]).toEqual([undefined, false]);
    berth.pass((TRASH_DAYS - 1) * DAY);
    await tidy();
    expect((await fsck(berth.world, { repair: false })).findings).toEqual([]);

    expect(await undeleteAll()).toEqual({ images: 1 });

    expect([await at('v1'), await isLayerThere()]).toEqual([image.digest, true]);
    expect((await fsck(berth.world, { repair: false })).findings).toEqual([]);
  });

  test('waits while another one has its name, and of two the later one comes back', async () => {
    await put(image, 'v1');
    await removeRepository();
    berth.pass(1_000);
    await berth.createRepository(repositoryName);
    await expect(undeleteAll()).rejects.toMatchObject({ code: 'RepositoryAlreadyExistsException' });
    await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from(`layer of ${count}`));
    await put(other, 'v2');
    await removeRepository();

    await undeleteAll();

    expect([await at('v1'), await at('v2')]).toEqual([undefined, other.digest]);
  });

  test('goes for good when its time is over, or at once when it is empty', async () => {
    await put(image);
    await removeRepository();
    berth.pass(TRASH_DAYS * DAY + 1_000);
    await tidy();
    await expect(undeleteAll()).rejects.toThrow('There is no repository');
    expect((await Array.fromAsync(berth.world.blobs.list())).length).toBeGreaterThan(0);

    await berth.createRepository(repositoryName);
    await removeRepository();
    await expect(undeleteAll()).rejects.toThrow('There is no repository');
  });
});

test('without a trash nothing that is deleted comes back', async () => {
  await berth.restart({ trashDays: 0 });
  await put(image, 'v1');
  await remove({ imageTag: 'v1' });
  await expect(undelete({ digest: image.digest })).rejects.toThrow('neither in');
  await put(image, 'v1');
  await removeRepository();
  await expect(undeleteAll()).rejects.toThrow('There is no repository');
});
