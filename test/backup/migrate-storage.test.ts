import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { compose } from '../../src/compose.ts';
import { collect } from '../../src/housekeeping/collect.ts';
import { COLLECTION_LEASE } from '../../src/housekeeping/keep-house.ts';
import { abortMigration } from '../../src/housekeeping/migrate-storage.ts';
import { findSigner } from '../../src/identity/find-signer.ts';
import { makeDataFolder } from '../../src/installation/data-folder.ts';
import { leased } from '../../src/jobs/lease.ts';
import { openWorld } from '../../src/open-world.ts';
import { deleteImages } from '../../src/registry/delete-images.ts';
import { startUpload } from '../../src/registry/uploads.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { findLiveObject } from '../../src/storage/metadata/objects.ts';
import { startLog } from '../../src/telemetry/log.ts';
import type { World } from '../../src/world.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { clientOf } from '../conformance/http-client.ts';
import { drawn } from '../faults/copies.ts';
import { OWNER } from '../manifests.ts';
import { type S3Server, startCeph, withCeph } from '../servers/ceph.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../servers/postgres.ts';
import { berthProgram, berth as command, type Ended } from './command.ts';
import { expectClean, expectWhole, type PushedImage, pushImage } from './images.ts';
import { migrateInSteps } from './migrate-in-steps.ts';

const DAY = 24 * 3_600_000;
/** How many steps of a migration are died of: others at each run. */
const KILLS = 2;
/** So many steps before its end a migration has copied some of the rows. */
const BEFORE_END = 12;

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const ignored = () => undefined;

let berth: TestBerth;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-migrate-'));
  berth = await startBerth({ settings: { database: undefined, storage: undefined } });
  await berth.createRepository('app');
});
afterEach(async () => {
  await berth.stop();
  await rm(folder, { recursive: true, force: true });
});

const push = (tag: string) => pushImage(berth.world, { registry: berth.registry, repositoryName: 'app', tag });

/** A config file by this name, of a Berth in a data folder by this name unless it says more. */
async function config(name: string, settings: Readonly<Record<string, string>> = {}): Promise<string> {
  await mkdir(join(folder, name), { recursive: true });
  const entries = Object.entries({ 'data-dir': join(folder, name), port: '0', tls: 'off', ...settings });
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, entries.map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join(''));
  return path;
}

const move = (to: string, ...more: string[]): Promise<Ended> =>
  command(['migrate-storage', '--data-dir', berth.settings.dataDir, '--to', to, ...more]);
const abort = (): Promise<Ended> => command(['migrate-storage', '--data-dir', berth.settings.dataDir, '--abort']);

/** Opens what a config file names. */
async function opened<T>(path: string, work: (world: World) => Promise<T>): Promise<T> {
  const settings = await readSettings({ flags: { config: path }, environment: {} });
  const outside = { as: 'owner', log: startLog('silent') } as const;
  const { world, close } = await openWorld(settings, await makeDataFolder(settings.dataDir), outside);
  return work(world).finally(close);
}

/** It has all of the images, knows the root key, and nothing is wrong. */
async function expectHolds(path: string, images: readonly PushedImage[]): Promise<void> {
  await opened(path, async (world) => {
    for (const image of images) await expectWhole(world, image);
    const key = await findSigner(world, berth.accessKeyId);
    expect(key?.secretAccessKey).toBe(berth.secretAccessKey);
    await expectClean(world);
  });
}

test('a Berth moves while it is pushed to: what was answered is there, pulls go on, pushes are refused with the reason', async () => {
  const images = [await push('v1'), await push('v2')];
  await startUpload(berth.world, { registry: berth.registry, repositoryName: 'app', principal: OWNER });
  const pushing = (async () => {
    for (let i = 0; ; i++) images.push(await push(`during-${i}`));
  })().catch((error: Error) => error.message);
  const to = await config('new');

  const moved = await berthProgram(['migrate-storage', '--data-dir', berth.settings.dataDir, '--to', to]);
  const refusal = await pushing;

  expect(moved).toMatchObject({ status: 0, err: '', out: expect.stringContaining(`serve --config ${to}`) });
  expect(refusal).toMatch(/is being moved|has moved to/);
  await expectHolds(to, images);
  for (const image of images) await expectWhole(berth.world, image);
  const client = clientOf(berth.url, berth.authorization);
  const started = await client.send('POST', '/v2/app/blobs/uploads/');
  expect(started.status).toBe(503);
});

test('the target serves with the same logins, and the source still starts for pulls', async () => {
  const image = await push('v1');
  const to = await config('new');
  await move(to);

  await berth.restart();
  const settings = await readSettings({ flags: { config: to }, environment: {} });
  const target = await compose(settings, { log: startLog('silent') });

  const client = clientOf(target.url, berth.authorization);
  const pulled = await client.send('GET', '/v2/app/manifests/v1');
  expect(pulled.status).toBe(200);
  await expectWhole(berth.world, image);
  await target.stop();
});

test('a migration that was given up is begun again with what the source has then', async () => {
  const [kept, gone] = [await push('kept'), await push('gone')];
  const to = await config('new');
  await killedBeforeItsEnd(to);
  expect(await abort()).toMatchObject({ status: 0, out: expect.stringContaining('takes changes again') });
  await deleteImages(berth.world, berth.registry, 'app', [{ imageTag: 'gone' }]);
  const fresh = await push('fresh');
  berth.pass(DAY + 1);
  await collect(berth.world);

  // Whoever was killed holds the source's lease for a while yet.
  const from = join(folder, 'source.yaml');
  await migrateInSteps({ from, to, step: ignored, minutes: 1 });

  await expectHolds(to, [kept, fresh]);
  const digest = gone.manifest.layers.at(-1)?.digest ?? '';
  await opened(to, async (world) => {
    expect(await world.metadata.read((tx) => findLiveObject(tx, berth.registry, digest))).toBeUndefined();
    await collect(world);
    const stored = [];
    for await (const it of world.blobs.list()) stored.push(it.key);
    expect(stored).toHaveLength(4);
  });
});

test('a layer that the source has lost is told, and asked for again at the target', async () => {
  const [image, other] = [await push('v1'), await push('v2')];
  const digest = image.manifest.layers.at(-1)?.digest ?? '';
  const object = await berth.world.metadata.read((tx) => findLiveObject(tx, berth.registry, digest));
  await berth.world.blobs.remove([object?.object_key ?? '']);
  const to = await config('new');

  const moved = await move(to, '--output', 'json');

  expect(moved).toMatchObject({ status: 3, err: '' });
  expect(JSON.parse(moved.out)).toMatchObject({ lost: 1, objects: 3 });
  await opened(to, async (world) => {
    await expectWhole(world, other);
    expect(await world.metadata.read((tx) => findLiveObject(tx, berth.registry, digest))).toBeUndefined();
  });
});

test('a finished migration is told again, and never done over what the target is by now', async () => {
  await push('v1');
  const to = await config('new');
  await move(to);
  const again = await move(to);
  await abort();
  const over = await move(to);

  expect(again).toMatchObject({ status: 0, out: expect.stringContaining('0 layers') });
  expect(over).toMatchObject({ status: 1, err: expect.stringContaining('a copy of this Berth that was finished') });
});

describe('refusals', () => {
  test('of targets that are something else', async () => {
    await push('v1');
    const other = await startBerth({ settings: { database: undefined, storage: undefined } });
    const others = await config('others', { 'data-dir': other.settings.dataDir });
    const keyed = await config('keyed', { 'root-key': Buffer.alloc(32, 1).toString('base64') });
    const self = await config('self', { 'data-dir': berth.settings.dataDir });
    const keyless = await config('keyless', { database: 'postgres://db.invalid/berth' });

    const served = await move(others);
    await other.restart();
    await other.stop();

    expect(served).toMatchObject({ status: 1, err: expect.stringMatching(/serves from/) });
    expect(await move(keyed)).toMatchObject({ status: 1, err: expect.stringContaining('another root key') });
    expect(await move(self)).toMatchObject({ status: 1, err: expect.stringContaining('the Berth that is to move') });
    expect(await move(keyless)).toMatchObject({ status: 1, err: expect.stringContaining('base64 -w0') });
    await push('still-taken');
  });

  test('of a server on a target that is not whole, and of commands without a target', async () => {
    await push('v1');
    const to = await config('new');
    await killedBeforeItsEnd(to);

    const served = await berthProgram(['serve', '--config', to]);
    const aimless = await command(['migrate-storage', '--data-dir', berth.settings.dataDir]);
    const nothing = await command(['migrate-storage', '--data-dir', join(folder, 'none'), '--to', to]);

    expect(served).toMatchObject({ status: 1, err: expect.stringContaining('still being copied here') });
    expect(aimless).toMatchObject({ status: 1, err: expect.stringContaining('--to FILE.yaml') });
    expect(nothing).toMatchObject({ status: 1, err: expect.stringContaining('holds no Berth') });
  });
});

test('interrupted, it says how to go on', async () => {
  await push('v1');
  const to = await config('new');
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const { promise: collected, resolve: endCollection } = Promise.withResolvers<void>();
  // It cannot come to its end before.
  const collecting = leased(berth.world, { name: COLLECTION_LEASE }, () => collected);
  const args = [main, 'migrate-storage', '--data-dir', berth.settings.dataDir, '--to', to];
  const run = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] ?? '' } });
  const said = Promise.all([text(run.stderr), once(run, 'close')]);
  await vi.waitFor(() => access(join(folder, 'new', 'root.key')), { timeout: 20_000 });
  run.kill('SIGINT');
  const [err, [status]] = await said;
  endCollection();
  await collecting;

  expect(status).toBe(1);
  expect(err).toMatch(/^Interrupted\. Run the same command again/);
  await push('still-taken');
});

test('killed at one step after the other, it comes to its end all the same', async () => {
  const images = [await push('v1'), await push('v2')];
  const from = await config('source', { 'data-dir': berth.settings.dataDir });
  const steps = await countSteps(from);

  const each = Array.from({ length: steps - 1 }, (_, i) => i + 1);
  for (const [i, at] of drawn(KILLS, each).entries()) {
    const to = await config(`new-${at}`);
    const said = await child(from, to, { killAfter: at, minutes: 2 * i });
    expect(said, `killed after ${at} of ${steps} steps`).toHaveLength(at);
    await migrateInSteps({ from, to, step: ignored, minutes: 2 * i + 1 });
    await expectHolds(to, images);
    await abort();
  }
});

withPostgres('to PostgreSQL and S3', () =>
  withCeph('of Ceph', () => {
    let postgres: PostgresServer;
    let s3: S3Server;
    beforeAll(async () => {
      [postgres, s3] = await Promise.all([startPostgres({ tcp: true }), startCeph()]);
    }, 120_000);
    afterAll(() => Promise.all([postgres.stop(), s3.stop()]));

    async function rootKey(): Promise<string> {
      return (await readFile(join(berth.settings.dataDir, 'root.key'))).toString('base64');
    }

    async function clustered(name: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
      const { endpoint, accessKeyId, secretAccessKey } = s3;
      return config(name, {
        ...{ 's3-endpoint': endpoint, 's3-access-key-id': accessKeyId, 's3-secret-access-key': secretAccessKey },
        ...{ database: await postgres.createDatabase(), storage: `s3://${await s3.createBucket()}/layers` },
        'root-key': await rootKey(),
        ...more,
      });
    }

    test('and back again, with all that there was and all that came meanwhile', async () => {
      const images = [await push('v1'), await push('v2')];
      images.push(
        await pushImage(berth.world, {
          registry: berth.registry,
          repositoryName: 'app',
          tag: 'big',
          size: 20 * 1024 * 1024,
        }),
      );
      const cluster = await clustered('cluster');
      const home = await config('home');

      expect(await move(cluster)).toMatchObject({ status: 0, err: '' });
      await expectHolds(cluster, images);
      await opened(cluster, async (world) => {
        images.push(await pushImage(world, { registry: berth.registry, repositoryName: 'app', tag: 'there' }));
      });
      expect(await command(['migrate-storage', '--config', cluster, '--to', home])).toMatchObject({
        status: 0,
        err: '',
      });

      await expectHolds(home, images);
    });

    test('killed at one step after the other, either way', async () => {
      const images = [await push('v1')];
      const from = await config('source', { 'data-dir': berth.settings.dataDir });
      const steps = await countSteps(from);

      for (const i of [0.6]) {
        const [cluster, home] = [await clustered(`cluster-${i}`), await config(`home-${i}`)];
        await child(from, cluster, { killAfter: Math.floor(i * steps) });
        await migrateInSteps({ from, to: cluster, step: ignored, minutes: 1 });
        await abort();
        await expectHolds(cluster, images);
        await child(cluster, home, { killAfter: Math.floor(i * steps) });
        await migrateInSteps({ from: cluster, to: home, step: ignored, minutes: 1 });
        await expectHolds(home, images);
      }
    });

    test('layers stay where they are when only the database moves', async () => {
      const images = [await push('v1')];
      const cluster = await clustered('cluster');
      await move(cluster);
      const { storage } = await readSettings({ flags: { config: cluster }, environment: {} });
      const sqlite = await config('sqlite', {
        storage: `s3://${storage?.bucket}/layers`,
        ...{ 's3-endpoint': s3.endpoint, 's3-access-key-id': s3.accessKeyId },
        's3-secret-access-key': s3.secretAccessKey,
      });

      const moved = await command(['migrate-storage', '--config', cluster, '--to', sqlite, '--output', 'json']);

      expect(moved).toMatchObject({ status: 0, err: '' });
      expect(JSON.parse(moved.out)).toMatchObject({ objects: 0, lost: 0 });
      await expectHolds(sqlite, images);
    });
  }),
);

/** Leaves a target that has some of the rows, and a source that takes no changes. */
async function killedBeforeItsEnd(to: string): Promise<void> {
  const from = await config('source', { 'data-dir': berth.settings.dataDir });
  const steps = await countSteps(from);
  expect(await child(from, to, { killAfter: steps - BEFORE_END })).not.toContain('done');
}

/** How many steps a migration of the source has; it has not moved afterwards. */
async function countSteps(from: string): Promise<number> {
  let steps = 0;
  await migrateInSteps({ from, to: await config('count'), step: () => steps++ });
  await abortMigration(berth.world);
  return steps;
}

async function child(from: string, to: string, { killAfter = 0, minutes = 0 } = {}): Promise<string[]> {
  const program = new URL('./migrate-child.ts', import.meta.url).pathname;
  const run = spawn(process.execPath, [program, from, to, String(killAfter), String(minutes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out] = await Promise.all([text(run.stdout), once(run, 'close')]);
  return out.trimEnd().split('\n');
}
