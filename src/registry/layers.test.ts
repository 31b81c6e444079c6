import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../test/berth.ts';
import { aManifest, pushLayer, sha256 } from '../../test/manifests.ts';
import { ownBerth, sharedBerth } from '../../test/shared-berth.ts';
import { findLayerRow } from '../storage/metadata/layers.ts';
import { putAccountSetting } from './account-settings.ts';
import { deleteImages } from './delete-images.ts';
import { deleteRepository } from './delete-repository.ts';
import { getRepository } from './get-repository.ts';
import { checkLayers, deleteLayer, downloadableLayer, findLayer } from './layers.ts';
import { LEASE_MS } from './lease.ts';
import { mountLayer } from './mount-layer.ts';
import { putImage } from './put-image.ts';

const shared = sharedBerth();
let berth: TestBerth;
const bytes = randomBytes(64);
const digest = sha256(bytes);

beforeEach(async () => start(await shared.account()));

async function start(own: TestBerth): Promise<void> {
  berth = own;
  await berth.createRepository('app');
  await berth.createRepository('other');
  await pushLayer(berth.world, berth.registry, 'app', bytes);
}

async function leasedUntil(): Promise<number> {
  const repository = await getRepository(berth.world, berth.registry, 'app');
  const row = await berth.world.metadata.read((tx) => findLayerRow(tx, repository.id, digest));
  return row?.leased_until ?? 0;
}

async function anImage() {
  const config = await pushLayer(berth.world, berth.registry, 'app', bytes);
  const manifest = aManifest({ config });
  await putImage(berth.world, { registry: berth.registry, repositoryName: 'app', manifest, tags: ['v1'] });
  return manifest;
}

describe('an answer that says that a layer is here', () => {
  test('writes nothing while more than half of the lease is left', async () => {
    const before = await leasedUntil();
    berth.pass(LEASE_MS / 2 - 1);
    await findLayer(berth.world, berth.registry, 'app', digest);
    expect(await leasedUntil()).toBe(before);
  });

  test('renews the lease when half of it is over, so that a push has the time that it needs', async () => {
    const before = await leasedUntil();
    berth.pass(LEASE_MS / 2);
    await checkLayers(berth.world, berth.registry, 'app', [digest]);
    expect(await leasedUntil()).toBe(before + LEASE_MS / 2);
  });

  test('writes nothing for a layer that an image needs; when the image goes the layer gets a fresh lease', async () => {
    await start(await ownBerth());
    const manifest = await anImage();
    const before = await leasedUntil();
    berth.pass(10 * LEASE_MS);
    await findLayer(berth.world, berth.registry, 'app', digest);
    expect(await leasedUntil()).toBe(before);

    await deleteImages(berth.world, berth.registry, 'app', [{ imageDigest: manifest.digest }]);
    expect(await leasedUntil()).toBe(berth.world.clock.now().getTime() + LEASE_MS);
  });

  test('is about one repository: the same layer elsewhere counts for nothing', async () => {
    expect([...(await checkLayers(berth.world, berth.registry, 'other', [digest]))]).toEqual([]);
    expect((await checkLayers(berth.world, berth.registry, 'app', [digest, digest])).get(digest)).toEqual({
      digest,
      size: 64,
      mediaType: undefined,
      isArchived: false,
    });
  });
});

describe('a layer', () => {
  test('that an image needs cannot be deleted, and the refusal names the image', async () => {
    const manifest = await anImage();
    await expect(deleteLayer(berth.world, berth.registry, 'app', digest)).rejects.toMatchObject({
      message: expect.stringContaining(manifest.digest),
      oci: { code: 'UNSUPPORTED', status: 405 },
    });
    await findLayer(berth.world, berth.registry, 'app', digest);
  });

  test('that no image needs is deleted once', async () => {
    await deleteLayer(berth.world, berth.registry, 'app', digest);
    await expect(deleteLayer(berth.world, berth.registry, 'app', digest)).rejects.toMatchObject({
      oci: { code: 'BLOB_UNKNOWN', status: 404 },
    });
  });

  test('can be downloaded by the API only once an image needs it, as at ECR', async () => {
    const before = downloadableLayer(berth.world, berth.registry, 'app', digest);
    await expect(before).rejects.toMatchObject({ code: 'LayerInaccessibleException' });
    await anImage();
    expect((await downloadableLayer(berth.world, berth.registry, 'app', digest)).size).toBe(64);
  });
});

describe('a mount', () => {
  const mount = (from: string | undefined, readable: readonly string[]) =>
    mountLayer(berth.world, {
      registry: berth.registry,
      from,
      to: 'other',
      digest,
      mayRead: async (name) => readable.includes(name),
    });

  test('makes the layer one of the other repository, from a named source or from whichever the caller may read', async () => {
    expect(await mount('app', ['app'])).toBe(true);
    await findLayer(berth.world, berth.registry, 'other', digest);
    await deleteLayer(berth.world, berth.registry, 'other', digest);
    expect(await mount(undefined, ['app'])).toBe(true);
    await findLayer(berth.world, berth.registry, 'other', digest);
  });

  test('needs permission to read the source, also when none is named', async () => {
    expect(await mount('app', [])).toBe(false);
    expect(await mount(undefined, [])).toBe(false);
    await expect(findLayer(berth.world, berth.registry, 'other', digest)).rejects.toThrow('does not exist');
  });

  test('from a repository that has not got the layer, or does not exist, is no error', async () => {
    await berth.createRepository('empty');
    expect(await mount('empty', ['empty'])).toBe(false);
    expect(await mount('none', ['none'])).toBe(false);
  });

  test('of lost bytes is refused, so that the client uploads them', async () => {
    await start(await ownBerth());
    for await (const { key } of berth.world.blobs.list()) await berth.world.blobs.remove([key]);
    expect(await mount('app', ['app'])).toBe(false);
  });

  test('is switched off by the account setting', async () => {
    await putAccountSetting(berth.world, berth.registry, 'BLOB_MOUNTING', 'DISABLED');
    expect(await mount('app', ['app'])).toBe(false);
  });

  test('outlives its source', async () => {
    await mount('app', ['app']);
    await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'app', force: true });
    await findLayer(berth.world, berth.registry, 'other', digest);
  });
});

test('a repository that is created again inherits nothing from its namesake', async () => {
  await anImage();
  await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'app', force: true });
  await berth.createRepository('app');
  await expect(findLayer(berth.world, berth.registry, 'app', digest)).rejects.toThrow('does not exist');
});

test('a repository with images is deleted by force alone', async () => {
  await anImage();
  const gentle = deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'app', force: false });
  await expect(gentle).rejects.toMatchObject({
    message: `The repository with name 'app' in registry with id '${berth.registry.account}' cannot be deleted because it still contains images`,
  });
});
