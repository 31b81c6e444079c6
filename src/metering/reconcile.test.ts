import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { fsck } from '../housekeeping/fsck.ts';
import { deleteImageByDigest } from '../registry/delete-image.ts';
import { deleteRepository } from '../registry/delete-repository.ts';
import { putImage } from '../registry/put-image.ts';
import { putLevel } from '../storage/metadata/storage-levels.ts';
import { checkedPages, type WrongLevel } from './check-levels.ts';
import { readUsage } from './read-usage.ts';
import { recount } from './recount.ts';
import { rollUp } from './roll-up.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
});
afterEach(() => berth.stop());

/** An image of a layer that others may have, and one of its own. */
async function push(repositoryName: string, shared: Buffer) {
  const { world, registry } = berth;
  const blobs = [Buffer.from('{}'), shared, randomBytes(500)];
  const [config, ...layers] = await Promise.all(blobs.map((it) => pushLayer(world, registry, repositoryName, it)));
  if (!config) throw new Error('It was pushed.');
  const manifest = aManifest({ config, layers });
  await putImage(world, { registry, repositoryName, manifest, tags: [] });
  return manifest.digest;
}

/** Two repositories with images, of which one went. */
async function someHistory(): Promise<void> {
  const shared = randomBytes(2_000);
  for (const name of ['app', 'web']) {
    await berth.createRepository(name);
    const first = await push(name, shared);
    berth.pass(HOUR / 3);
    await push(name, shared);
    berth.pass(5 * HOUR);
    await deleteImageByDigest(berth.world, berth.registry, name, first);
  }
}

async function wrong(): Promise<WrongLevel[]> {
  const found: WrongLevel[] = [];
  for await (const page of checkedPages(berth.world, 1)) found.push(...page.wrong);
  return found;
}

async function total(): Promise<bigint> {
  const usage = await readUsage(berth.world, { from: 0, to: Date.UTC(2100, 0), unit: 'month' });
  return usage.filter((it) => it.kind === 'storage').reduce((sum, it) => sum + it.quantity, 0n);
}

describe('the meter and what is stored', () => {
  test('are the same to the byte, with what is still in the outbox and without', async () => {
    await someHistory();
    expect(await wrong()).toEqual([]);
    await berth.settle();
    expect(await wrong()).toEqual([]);
    await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'web', force: true });
    expect(await wrong()).toEqual([]);
    await berth.settle();
    expect(await wrong()).toEqual([]);
  });

  test('that are not are found by fsck, and mended by a recount and by a repair', async () => {
    await someHistory();
    await berth.settle();
    const { id } = await berth.createRepository('empty');
    const damage = (bytes: number) =>
      berth.world.metadata.write((tx) =>
        putLevel(tx, {
          repository_id: id,
          storage_class: 'STANDARD',
          ...berth.registry,
          repository_name: 'empty',
          bytes,
          since: berth.world.clock.now().getTime(),
        }),
      );
    await damage(77);
    const { findings, isClean } = await fsck(berth.world, { repair: false });
    expect([isClean, findings.map((it) => [it.kind, it.subject])]).toEqual([
      false,
      [['meter-differs', '123456789012/us-east-1/empty']],
    ]);
    expect(await recount(berth.world)).toBe(1);
    expect(await wrong()).toEqual([]);

    await damage(78);
    expect((await fsck(berth.world, { repair: true })).mended).toBe(1);
    expect((await fsck(berth.world, { repair: false })).isClean).toBe(true);
  });

  test('are the same after a recount that came between a change and the meter', async () => {
    await someHistory();
    await berth.world.metadata.write((tx) => tx.deleteFrom('storage_levels').execute());
    await recount(berth.world);
    await berth.settle();
    expect(await wrong()).toEqual([]);
  });
});

test('what is rolled up stays what it was, in fewer rows', async () => {
  await someHistory();
  await berth.settle();
  const rows = () => berth.world.metadata.read((tx) => tx.selectFrom('metered_storage').selectAll().execute());
  const before = { sum: await total(), rows: (await rows()).length };
  expect(before.sum).toBeGreaterThan(0n);

  for (const repositoryName of ['app', 'web']) {
    await deleteRepository(berth.world, { registry: berth.registry, repositoryName, force: true });
  }
  await berth.settle();
  for (const days of [40, 420]) {
    berth.pass(days * DAY);
    expect(await rollUp(berth.world)).toBeGreaterThan(0);
    expect(await total()).toBe(before.sum);
    expect(await rollUp(berth.world)).toBe(0);
  }
  expect((await rows()).length).toBeLessThan(before.rows);

  berth.pass(1_300 * DAY);
  await rollUp(berth.world);
  expect(await total()).toBe(0n);
});
