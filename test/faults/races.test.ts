import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../src/housekeeping/collect.ts';
import { fsck } from '../../src/housekeeping/fsck.ts';
import { deleteImageByDigest } from '../../src/registry/delete-image.ts';
import { deleteRepository } from '../../src/registry/delete-repository.ts';
import { deleteLayer, findLayer, readLayer } from '../../src/registry/layers.ts';
import { mountLayer } from '../../src/registry/mount-layer.ts';
import { putImage } from '../../src/registry/put-image.ts';
import { Refusal } from '../../src/values/refusal.ts';
import { berth as command } from '../backup/command.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { aManifest, descriptorOf, pushLayer, sha256 } from '../manifests.ts';

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
  for (const name of ['app', 'copy']) await berth.createRepository(name);
});
afterEach(() => berth.stop());

const unlessRefused = (error: unknown) => {
  if (!(error instanceof Refusal)) throw error;
};

/**
 * Pushes an image of one layer to `app`, mounts the layer into `copy` and pushes it there, each as a client does: a
 * layer that it was told is there it does not send. Fails when that promise is broken.
 */
async function pushBoth(bytes: Buffer, tag: string): Promise<void> {
  const { registry, world } = berth;
  const { digest } = descriptorOf(bytes);
  const manifest = aManifest({ config: descriptorOf(bytes), note: tag });
  await pushLayer(world, registry, 'app', bytes);
  await putImage(world, { registry, repositoryName: 'app', manifest, tags: [tag] });
  const isMounted = await mountLayer(world, { registry, from: 'app', to: 'copy', digest, mayRead: async () => true });
  if (!isMounted) await pushLayer(world, registry, 'copy', bytes);
  await putImage(world, { registry, repositoryName: 'copy', manifest, tags: [tag] });
  const layer = await readLayer(world, registry, 'copy', digest);
  expect(sha256(Buffer.concat(await (await layer.open()).toArray()))).toBe(digest);
}

/** Takes the layer out of `app` and, with its image, out of `copy`: its last bytes are garbage at once. */
async function deleteBoth(bytes: Buffer, tag: string): Promise<void> {
  const { registry, world } = berth;
  const { digest } = aManifest({ config: descriptorOf(bytes), note: tag });
  for (const repositoryName of ['app', 'copy']) {
    await deleteImageByDigest(world, registry, repositoryName, digest).catch(unlessRefused);
    await deleteLayer(world, registry, repositoryName, sha256(bytes)).catch(unlessRefused);
  }
}

test('pushes, mounts and deletes of the same bytes go on beside collections, and no promise is broken', {
  timeout: 60_000,
}, async () => {
  const layers = Array.from({ length: 4 }, (_, i) => Buffer.from(`layer ${i}`));
  let isOver = false;
  const collecting = [1, 7].map(async (batch) => {
    while (!isOver) await collect(berth.world, { limits: { batch, removals: batch } });
  });
  const clients = layers.map(async (bytes, i) => {
    for (let round = 0; round < 12; round++) {
      await pushBoth(bytes, `v${i}`);
      await deleteBoth(bytes, `v${i}`);
    }
    await pushBoth(bytes, `v${i}`);
  });
  await Promise.all(clients).finally(() => {
    isOver = true;
  });
  await Promise.all(collecting);
  await collect(berth.world);
  expect((await fsck(berth.world, { repair: false })).findings).toEqual([]);
  expect(await Array.fromAsync(berth.world.blobs.list())).toHaveLength(layers.length);
  expect(berth.log.filter((line) => line['level'] === 'error')).toEqual([]);
});

test('fsck beside pushes, deletes and collections finds nothing that is not wrong', { timeout: 60_000 }, async () => {
  let isOver = false;
  const busy = [0, 1, 2].map(async (i) => {
    const bytes = Buffer.from(`layer ${i} `.repeat(1000));
    while (!isOver) {
      await pushBoth(bytes, `v${i}`);
      await deleteBoth(bytes, `v${i}`);
      await collect(berth.world);
    }
  });
  const checking = (async () => {
    for (let i = 0; i < 8; i++) {
      const report = await fsck(berth.world, { repair: i % 2 === 1, deep: i % 4 < 2, page: 3 });
      expect(report.findings).toEqual([]);
    }
  })().finally(() => {
    isOver = true;
  });
  await Promise.all([checking, ...busy]);
});

test('`berth gc` collects what a running server has, beside its pushes', { timeout: 60_000 }, async () => {
  const layers = [0, 1].map((i) => Buffer.from(`layer ${i}`));
  let isOver = false;
  const clients = layers.map(async (bytes, i) => {
    while (!isOver) {
      await pushBoth(bytes, `v${i}`);
      await deleteBoth(bytes, `v${i}`);
    }
    await pushBoth(bytes, `v${i}`);
  });
  let removed = 0;
  const collecting = (async () => {
    for (let i = 0; i < 4; i++) {
      const { status, out } = await command(['gc', '--data-dir', berth.settings.dataDir, '--output', 'json']);
      expect(status).toBe(0);
      removed += JSON.parse(out).objectsRemoved;
    }
  })().finally(() => {
    isOver = true;
  });
  await Promise.all([collecting, ...clients]);
  expect(removed).toBeGreaterThan(0);
  expect((await fsck(berth.world, { repair: false })).findings).toEqual([]);
});

test('a repository that is deleted while a layer is mounted into it is refused, not half there', async () => {
  const { registry, world } = berth;
  const { digest } = await pushLayer(world, registry, 'app', Buffer.from('layer'));
  for (let i = 0; i < 20; i++) {
    await berth.createRepository('leaving');
    const mounting = mountLayer(world, { registry, from: 'app', to: 'leaving', digest, mayRead: async () => true });
    const [mounted] = await Promise.allSettled([
      mounting,
      deleteRepository(world, { registry, repositoryName: 'leaving', force: true }),
    ]);
    if (mounted.status === 'rejected') expect(mounted.reason).toMatchObject({ code: 'RepositoryNotFoundException' });
  }
  await findLayer(world, registry, 'app', digest);
  expect((await fsck(world, { repair: false })).findings).toEqual([]);
});
