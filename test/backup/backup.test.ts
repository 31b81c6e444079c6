import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backup as backUp } from '../../src/housekeeping/backup.ts';
import { checkBackup } from '../../src/housekeeping/check-backup.ts';
import { collect } from '../../src/housekeeping/collect.ts';
import { COLLECTION_LEASE } from '../../src/housekeeping/keep-house.ts';
import { dataFolder } from '../../src/installation/data-folder.ts';
import { LEASE_TTL_MS, LeaseLost, leased } from '../../src/jobs/lease.ts';
import { openBlobFolder } from '../../src/open-world.ts';
import { deleteImages } from '../../src/registry/delete-images.ts';
import { startUpload } from '../../src/registry/uploads.ts';
import { findLiveObject } from '../../src/storage/metadata/objects.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { copiesOf, drawn } from '../faults/copies.ts';
import { openFolder } from '../faults/open-folder.ts';
import { OWNER } from '../manifests.ts';
import { berthProgram, berth as command } from './command.ts';
import { expectClean, expectWhole, type PushedImage, pushImage } from './images.ts';
import { backUpInSteps, restoreInSteps } from './in-steps.ts';

const DAY = 24 * 3_600_000;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let berth: TestBerth;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-backup-'));
  berth = await startBerth({ settings: { database: undefined, storage: undefined } });
  await berth.createRepository('app');
});
afterEach(async () => {
  await berth.stop();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const push = (tag: string) => pushImage(berth.world, { registry: berth.registry, repositoryName: 'app', tag });
const backup = (to = 'backup', ...more: string[]) =>
  command(['backup', at(to), '--data-dir', berth.settings.dataDir, '--output', 'json', ...more]);
const check = () => command(['backup', '--check', at('backup'), '--output', 'json']);
const restore = (to: string, ...more: string[]) => command(['restore', at('backup'), '--data-dir', at(to), ...more]);

/** The object of the image's layer: its key, and where its file lies in the folder `blobs`. */
async function objectOf({ manifest }: PushedImage): Promise<{ key: string; digest: string }> {
  const digest = manifest.layers.at(-1)?.digest ?? '';
  const row = await berth.world.metadata.read((tx) => findLiveObject(tx, berth.registry, digest));
  return { key: row?.object_key ?? '', digest };
}

async function fileOf(blobs: string, key: string): Promise<string> {
  const names = await readdir(blobs, { recursive: true });
  return join(blobs, names.find((it) => it.endsWith(`/${key}`)) ?? '');
}

async function deleteByTag(imageTag: string): Promise<void> {
  const { world, registry } = berth;
  await deleteImages(world, registry, 'app', [{ imageTag }]);
}

test('a backup made while pushes go on restores to a Berth that has all that was answered before', async () => {
  const before = [await push('v1'), await push('v2')];
  await startUpload(berth.world, { registry: berth.registry, repositoryName: 'app', principal: OWNER });
  let isOver = false;
  const pushing = (async () => {
    for (let i = 0; !isOver; i++) await push(`during-${i}`);
  })();

  const made = await berthProgram(['backup', at('backup'), '--data-dir', berth.settings.dataDir]);
  isOver = true;
  await pushing;
  const restored = await berthProgram(['restore', at('backup'), '--data-dir', at('new')]);

  expect(made).toMatchObject({ status: 0, err: '' });
  expect(restored).toMatchObject({ status: 0, err: '', out: expect.stringContaining(`serve --data-dir ${at('new')}`) });
  const { world, close } = await openFolder(at('new'));
  for (const image of before) await expectWhole(world, image);
  await expectClean(world);
  await close();
  for (const name of ['root.key', 'credentials']) {
    expect(await readFile(join(at('new'), name))).toEqual(await readFile(join(berth.settings.dataDir, name)));
  }
});

test('a second backup copies what is new, drops what went, and is good', async () => {
  await push('v1');
  const gone = await push('old');
  await backup();
  await push('v2');
  await deleteByTag('old');
  berth.pass(DAY + 1);
  await collect(berth.world);
  const { digest } = await objectOf(gone);

  const second = await backup();

  expect(second.status).toBe(0);
  expect(JSON.parse(second.out)).toMatchObject({
    copied: { objects: 2 },
    removed: 2,
    manifest: { lost: 0, objects: 4 },
  });
  expect(JSON.parse((await check()).out)).toMatchObject({ isGood: true, objects: 4 });
  expect(digest).toMatch(/^sha256:/);
  expect((await readdir(at('backup'))).filter((it) => it.startsWith('state-'))).toHaveLength(1);
});

test('a layer that the source has lost since the last backup is still in the next', async () => {
  const image = await push('v1');
  await backup();
  const { key } = await objectOf(image);
  await berth.world.blobs.remove([key]);

  const second = await backup();
  await restore('new');

  expect(second.status).toBe(0);
  const { world, close } = await openFolder(at('new'));
  await expectWhole(world, image);
  await close();
});

test('a layer that neither has is told, and counts as lost in what is restored', async () => {
  const [image, other] = [await push('v1'), await push('v2')];
  const { key, digest } = await objectOf(image);
  await berth.world.blobs.remove([key]);

  const made = await backup();
  const restored = await restore('new');

  expect(made).toMatchObject({ status: 3 });
  expect(JSON.parse(made.out)).toMatchObject({ manifest: { lost: 1 } });
  expect(restored.status).toBe(0);
  const { world, close } = await openFolder(at('new'));
  await expectWhole(world, other);
  expect(await world.metadata.read((tx) => findLiveObject(tx, berth.registry, digest))).toBeUndefined();
  await close();
});

test('a damaged backup is found, not restored unless that is asked for, and mended by one that verifies', async () => {
  const image = await push('v1');
  await backup();
  const { key, digest } = await objectOf(image);
  const file = await fileOf(at('backup/blobs'), key);
  await rm(file);
  await writeFile(file, Buffer.alloc(10_000, 1));

  const found = await check();
  const refused = await restore('new');
  const asked = await restore('new', '--without-damaged');
  const mended = await backup('backup', '--verify');

  expect(found.status).toBe(3);
  expect(JSON.parse(found.out).damaged).toEqual([{ key, detail: expect.stringContaining(digest) }]);
  expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('--without-damaged') });
  expect(asked).toMatchObject({ status: 0, out: expect.stringContaining('1 layers are not there') });
  expect(JSON.parse(mended.out)).toMatchObject({ copied: { objects: 1 }, manifest: { lost: 0 } });
  expect(await check()).toMatchObject({ status: 0 });
  const { world, close } = await openFolder(at('new'));
  expect(await world.metadata.read((tx) => findLiveObject(tx, berth.registry, digest))).toBeUndefined();
  await close();
});

test('a backup whose database was changed is not restored', async () => {
  await push('v1');
  await backup();
  const [state = ''] = (await readdir(at('backup'))).filter((it) => it.startsWith('state-'));
  const database = join(at('backup'), state, 'berth.db');
  const bytes = await readFile(database);
  bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
  await writeFile(database, bytes);

  expect(await check()).toMatchObject({ status: 3 });
  expect(await restore('new')).toMatchObject({ status: 1, err: expect.stringContaining('berth.db is not what') });
});

test('a collection that runs is waited for', async () => {
  await push('v1');
  const { promise: collected, resolve: endCollection } = Promise.withResolvers<void>();
  const collecting = leased(berth.world, { name: COLLECTION_LEASE }, () => collected);
  const { blobs: store, close } = await openBlobFolder(at('backup/blobs'));
  const { promise: waits, resolve: seesThatItWaits } = Promise.withResolvers<void>();
  const onProgress = ({ step }: { step: string }) => step.startsWith('waiting') && seesThatItWaits();
  const options = { folder: dataFolder(berth.settings.dataDir), path: at('backup'), store, version: '1', onProgress };

  const making = backUp(berth.world, options);
  await waits;
  const before = await readdir(at('backup'));
  endCollection();
  await collecting;
  await making;
  await close();

  expect(before).toEqual(['blobs']);
  expect(await check()).toMatchObject({ status: 0 });
});

test('a backup during which somebody else began to collect does not count', async () => {
  await push('v1');
  await backup();
  const [before] = await readdir(at('backup')).then((names) => names.filter((it) => it.startsWith('state-')));
  await push('v2');
  const { blobs: store, close } = await openBlobFolder(at('backup/blobs'));
  let taken: Promise<unknown> | undefined;
  const onProgress = ({ step }: { step: string }) => {
    if (step !== 'copying layers' || taken !== undefined) return;
    berth.pass(2 * LEASE_TTL_MS);
    taken = leased(berth.world, { name: COLLECTION_LEASE }, async () => undefined);
  };
  const options = { folder: dataFolder(berth.settings.dataDir), path: at('backup'), store, version: '1', onProgress };

  await expect(backUp(berth.world, options)).rejects.toThrow(LeaseLost);
  await taken;
  await close();

  const checked = JSON.parse((await check()).out);
  expect(checked).toMatchObject({ isGood: true, manifest: { state: before, images: 1 } });
});

describe('refusals', () => {
  test('of folders that hold something else', async () => {
    await push('v1');
    await backup();
    await mkdir(at('full'));
    await writeFile(at('full/letter.txt'), 'dear');
    const other = await startBerth({ settings: { database: undefined, storage: undefined } });
    const others = await command(['backup', at('backup'), '--data-dir', other.settings.dataDir]);
    await other.stop();

    expect(others).toMatchObject({ status: 1, err: expect.stringContaining('the backup of another Berth') });
    expect(await backup('full')).toMatchObject({ status: 1, err: expect.stringContaining('letter.txt') });
    expect(await restore('full')).toMatchObject({ status: 1, err: expect.stringContaining('is not empty') });
    const inside = ['backup', join(berth.settings.dataDir, 'x'), '--data-dir', berth.settings.dataDir];
    expect(await command(inside)).toMatchObject({ status: 1, err: expect.stringContaining('another disk') });
    const used = await command(['restore', at('backup'), '--data-dir', berth.settings.dataDir]);
    expect(used).toMatchObject({ status: 1, err: expect.stringContaining('holds a Berth already') });
    expect(await check()).toMatchObject({ status: 0 });
  });

  test('of what is not embedded, with the way out', async () => {
    const on = (environment: Record<string, string>) => command(['backup', at('backup')], environment);

    expect(await on({ BERTH_EPHEMERAL: 'true' })).toMatchObject({
      status: 1,
      err: expect.stringContaining('keeps nothing'),
    });
    expect(await on({ BERTH_DATABASE: 'postgres://db/berth' })).toMatchObject({
      status: 1,
      err: expect.stringContaining('pg_basebackup'),
    });
    expect(await on({ BERTH_STORAGE: 's3://bucket/prefix', BERTH_S3_REGION: 'eu-west-1' })).toMatchObject({
      status: 1,
      err: expect.stringContaining('migrate-storage'),
    });
  });
});

describe('killed at any step', () => {
  async function child(...args: string[]): Promise<string[]> {
    const run = spawn(process.execPath, [new URL('./child.ts', import.meta.url).pathname, ...args], {
      env: { ...process.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [out] = await Promise.all([text(run.stdout), once(run, 'close')]);
    return out.trimEnd().split('\n');
  }

  async function isGood(path: string): Promise<boolean> {
    const { blobs: store, hashing, close } = await openBlobFolder(join(path, 'blobs'));
    return (await checkBackup({ hashing }, { path, store }).finally(close)).isGood;
  }

  async function expectHolds(path: string, images: readonly PushedImage[]): Promise<void> {
    const { world, close } = await openFolder(path);
    for (const image of images) await expectWhole(world, image);
    await expectClean(world);
    await close();
  }

  const ignored = () => undefined;

  test('a backup leaves the one before good, and the next run ends it', async () => {
    const images = [await push('v1')];
    await backup();
    images.push(await push('v2'));
    const from = berth.settings.dataDir;
    await cp(at('backup'), at('killed'), { recursive: true });

    const copies = copiesOf(at('backup'), at('copies'));
    await backUpInSteps({ from, to: at('backup'), step: copies.step });

    const left = copies.left();
    const steps = left.flatMap((it) => it.after.map(({ step }) => step));
    expect(left.length).toBeGreaterThan(4);
    for (const { folder: path, after } of left) expect([after, await isGood(path)]).toEqual([after, true]);
    const [step = 0] = drawn(1, steps);
    expect(await child('backup', from, at('killed'), String(step))).toHaveLength(step);
    expect(await isGood(at('killed'))).toBe(true);
    for (const [i, to] of [at('killed'), ...drawn(2, left).map((it) => it.folder)].entries()) {
      await backUpInSteps({ from, to, step: ignored, minutes: 1 });
      await restoreInSteps({ from: to, to: at(`new-${i}`), step: ignored });
      await expectHolds(at(`new-${i}`), images);
    }
  });

  test('a restore starts no server before its end, and the next run ends it', async () => {
    const images = [await push('v1')];
    await backup();
    await mkdir(at('new'));

    const copies = copiesOf(at('new'), at('copies'));
    await restoreInSteps({ from: at('backup'), to: at('new'), step: copies.step });

    const left = copies.left();
    const begun: typeof left = [];
    for (const it of left) {
      const names = await readdir(it.folder);
      if (names.includes('restoring.json')) {
        begun.push(it);
        await expect(openFolder(it.folder)).rejects.toThrow('has not come to its end');
      } else if (names.includes('berth.db')) {
        await expectHolds(it.folder, images);
      }
    }
    const steps = begun.flatMap((it) => it.after.map(({ step }) => step));
    expect(steps.length).toBeGreaterThan(4);
    const [step = 0] = drawn(1, steps);
    expect(await child('restore', at('backup'), at('killed'), String(step))).toHaveLength(step);
    await expect(openFolder(at('killed'))).rejects.toThrow('has not come to its end');
    for (const path of [at('killed'), ...drawn(2, begun).map((it) => it.folder)]) {
      await restoreInSteps({ from: at('backup'), to: path, step: ignored });
      await expectHolds(path, images);
    }
  });
});
