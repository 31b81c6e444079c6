import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { everythingStored, whereIs } from '../../test/encryption/everything-stored.ts';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { leased, TAKEN } from '../jobs/lease.ts';
import { getImage } from '../registry/get-image.ts';
import { readLayer } from '../registry/layers.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import { listReferrers } from '../registry/referrers.ts';
import type { World } from '../world.ts';
import { collect } from './collect.ts';
import { fsck } from './fsck.ts';
import { sealWhatIsClear } from './seal-clear.ts';

const DAY = 24 * 3_600_000;

let berth: TestBerth;
let canary: string;
let layer: Buffer;
let manifest: Manifest;
let digest: string;

/** A Berth with an image in two repositories whose layers and manifests are in the clear. */
beforeEach(async () => {
  berth = await startBerth({ settings: { encryption: 'store' } });
  canary = `canary-${crypto.randomUUID()}`;
  layer = Buffer.concat([randomBytes(300_000), Buffer.from(canary), randomBytes(1000)]);
  for (const repositoryName of ['app', 'other']) {
    await berth.createRepository(repositoryName);
    const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
    const pushed = await pushLayer(berth.world, berth.registry, repositoryName, layer);
    ({ digest } = pushed);
    const subject = { ...config, digest: `sha256:${'1'.repeat(64)}` as const };
    manifest = aManifest({ config, layers: [pushed], note: canary, subject });
    await putImage(berth.world, { registry: berth.registry, repositoryName, manifest, tags: ['v1'] });
  }
  await berth.world.metadata.write((tx) =>
    tx
      .updateTable('images')
      .set({ is_sealed: 0, manifest: manifest.bytes, annotations: JSON.stringify({ note: canary }) })
      .execute(),
  );
});
afterEach(() => berth.stop());

async function expectAllReadable(world: World = berth.world): Promise<void> {
  for (const repositoryName of ['app', 'other']) {
    const { open } = await readLayer(world, berth.registry, repositoryName, digest);
    expect((await buffer(await open())).equals(layer)).toBe(true);
    const reference = { tag: 'v1' };
    const image = await getImage(world, { registry: berth.registry, repositoryName, reference });
    expect(image.manifest.equals(manifest.bytes)).toBe(true);
    const subject = `sha256:${'1'.repeat(64)}`;
    const { referrers } = await listReferrers(world, berth.registry, repositoryName, { subject, limit: 5 });
    expect(referrers.map((it) => it.annotations)).toEqual([{ note: canary }]);
  }
}

test('what is in the clear is read, then sealed, and then nowhere in the clear once it is collected', async () => {
  await expectAllReadable();
  expect(whereIs(canary, await everythingStored(berth))).not.toEqual([]);
  await berth.restart({ encryption: 'envelope' });

  const sealed = await sealWhatIsClear(berth.world);

  expect(sealed).toEqual({ images: 2, objects: 2, bytes: layer.length + 2, failed: 0 });
  await expectAllReadable();
  expect(await collect(berth.world)).toMatchObject({ objectsRemoved: 2 });
  await expectAllReadable();
  expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true });
  expect(await sealWhatIsClear(berth.world)).toEqual({ images: 0, objects: 0, bytes: 0, failed: 0 });
  await berth.restart();
  const rows = (await everythingStored(berth)).filter((it) => !it.where.endsWith('-wal'));
  expect(
    whereIs(
      canary,
      rows.filter((it) => it.where !== 'berth.db'),
    ),
  ).toEqual([]);
});

test('layers stay as they are while they are left to the store; manifests do not', async () => {
  expect(await sealWhatIsClear(berth.world)).toEqual({ images: 2, objects: 0, bytes: 0, failed: 0 });
  await expectAllReadable();
});

test('ended at one step after the other, it goes on, and leaves nothing behind', async () => {
  await berth.restart({ encryption: 'envelope' });
  for (let steps = 0; ; steps++) {
    let left = steps;
    const step = async <T>(work: Promise<T>): Promise<T> => {
      const done = await work;
      if (left-- === 0) throw new Error('ended');
      return done;
    };
    const { blobs, metadata } = berth.world;
    const dying: World = {
      ...berth.world,
      metadata: { ...metadata, write: (work, options) => step(metadata.write(work, options)) },
      blobs: {
        ...blobs,
        begin: (key) => step(blobs.begin(key)),
        append: (draft, bytes, checkpoint) => step(blobs.append(draft, bytes, checkpoint)),
        complete: (draft) => step(blobs.complete(draft)),
      },
    };
    const outcome = await sealWhatIsClear(dying).catch((error: Error) => error.message);
    await expectAllReadable();
    if (outcome !== 'ended') break;
    // The lease of who ended is over by then.
    berth.pass(60_000);
  }

  await sealWhatIsClear(berth.world);
  berth.pass(2 * DAY);
  await collect(berth.world);
  await expectAllReadable();
  expect(await Array.fromAsync(berth.world.blobs.list())).toHaveLength(2);
  expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true });
});

test('one process is at it at a time', async () => {
  await leased(berth.world, { name: 'seal-what-is-clear' }, async () => {
    expect(await sealWhatIsClear(berth.world)).toBe(TAKEN);
  });
});

test('bytes that are not what they should be are left for fsck to tell', async () => {
  await berth.restart({ encryption: 'envelope' });
  const { blobs } = berth.world;
  const lying: World = {
    ...berth.world,
    blobs: { ...blobs, read: async (key, range) => (range?.last === 1 ? blobs.read(key, range) : undefined) },
  };

  expect(await sealWhatIsClear(lying)).toMatchObject({ objects: 1, failed: 1 });
  await expectAllReadable();
});
