import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { severalAtOnce } from '../../src/housekeeping/fsck/several-at-once.ts';
import { fsck } from '../../src/housekeeping/fsck.ts';
import { appendToUpload } from '../../src/registry/append-to-upload.ts';
import { CLAIM_MS } from '../../src/registry/claim-upload.ts';
import { completeUpload } from '../../src/registry/complete-upload.ts';
import { getImage } from '../../src/registry/get-image.ts';
import { getRepository } from '../../src/registry/get-repository.ts';
import { readLayer } from '../../src/registry/layers.ts';
import type { Manifest } from '../../src/registry/parse-manifest.ts';
import { uploadsAfter } from '../../src/storage/metadata/integrity.ts';
import { Refusal } from '../../src/values/refusal.ts';
import type { World } from '../../src/world.ts';
import { OWNER, sha256 } from '../manifests.ts';
import { openFolder } from './open-folder.ts';
import {
  CONTENTS,
  collectEverything,
  DELETED,
  KEPT,
  later,
  PUSHED,
  push,
  REGISTRY,
  SCENARIOS,
  type ScenarioName,
} from './scenarios.ts';

const CHILD = new URL('./child.ts', import.meta.url).pathname;
const DAY = 24 * 3_600_000;

let home: string;
beforeEach(async () => {
  // A killed process leaves the disk as it was: whether bytes wait in memory makes no difference here, only time.
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  home = await mkdtemp(join(place, 'berth-kill-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Opens a folder for the time of `work`. */
async function inFolder<T>(folder: string, work: (world: World) => Promise<T>): Promise<T> {
  const { world, close } = await openFolder(folder);
  try {
    return await work(world);
  } finally {
    await close();
  }
}

/** The steps that the scenario came to on a copy of the prepared folder before it was killed. */
async function killed(scenario: ScenarioName, killAfter: number): Promise<{ folder: string; steps: string[] }> {
  const folder = join(home, String(killAfter));
  await cp(join(home, 'prepared'), folder, { recursive: true });
  const child = spawn(process.execPath, [CHILD, folder, scenario, String(killAfter)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const steps = (await text(child.stdout)).trim().split('\n');
  const [code, signal] = await ended;
  expect([code, signal], `after ${killAfter} steps`).toEqual(steps.at(-1) === 'done' ? [0, null] : [null, 'SIGKILL']);
  return { folder, steps };
}

/** Whether the image can be pulled whole; that it is there in part is a failure. */
async function isWhole(world: World, repositoryName: string, tag: string, manifest: Manifest): Promise<boolean> {
  const asked = { registry: REGISTRY, repositoryName, reference: { tag } };
  const image = await getImage(world, asked).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined;
    throw error;
  });
  if (!image) return false;
  expect(image.digest).toBe(manifest.digest);
  for (const { digest } of manifest.layers) {
    const layer = await readLayer(world, REGISTRY, repositoryName, digest);
    expect(sha256(await buffer(await layer.open()))).toBe(digest);
  }
  return true;
}

async function isWell(world: World): Promise<void> {
  expect((await fsck(world, { repair: false })).findings).toEqual([]);
  expect(await isWhole(world, 'app', 'kept', KEPT)).toBe(true);
}

/** Goes on with the uploads that the killed process left, as their clients may: none is stuck. */
async function goOnWithUploads(world: World): Promise<void> {
  const rows = await world.metadata.read((tx) => uploadsAfter(tx, '', 100));
  for (const row of rows) {
    const app = await getRepository(world, REGISTRY, 'app');
    const repositoryName = row.repository_id === app.id ? 'app' : 'other';
    const key = { registry: REGISTRY, repositoryName, principal: OWNER, uploadId: row.id };
    const known = Object.values(CONTENTS).find((bytes) => bytes.length === row.size);
    const bytes = known ?? CONTENTS.added;
    if (!known) await appendToUpload(world, { ...key, bytes: Readable.from([bytes.subarray(row.size)]) });
    await completeUpload(world, { ...key, digests: [sha256(bytes)] });
  }
}

/** After a push that went through and a collection a week later nothing is stored but what the images need. */
async function goesOn(world: World): Promise<void> {
  await goOnWithUploads(later(world, CLAIM_MS + 1));
  await push(world);
  expect(await isWhole(world, 'app', 'pushed', PUSHED)).toBe(true);
  await collectEverything(later(world, 8 * DAY));
  await isWell(world);
  expect(await isWhole(world, 'app', 'pushed', PUSHED)).toBe(true);
  expect(await Array.fromAsync(world.blobs.list())).toHaveLength(4);
}

/** Kills the scenario after each of its steps, and looks at what the next process finds. */
async function killEverywhere(
  scenario: ScenarioName,
  look: (world: World, killAfter: number) => Promise<void>,
): Promise<number> {
  await inFolder(join(home, 'prepared'), SCENARIOS[scenario].before);
  const whole = await killed(scenario, 0);
  const steps = whole.steps.length - 1;
  const each = Array.from({ length: steps + 1 }, (_, i) => i + 1);
  await severalAtOnce(each, 2, async (killAfter) => {
    const { folder, steps } = await killed(scenario, killAfter);
    try {
      await inFolder(folder, async (world) => {
        await isWell(world);
        await look(world, killAfter);
        await goesOn(world);
      });
    } catch (error) {
      throw new Error(`${scenario} killed after step ${killAfter}: ${steps.at(-1)}`, { cause: error });
    }
    await rm(folder, { recursive: true });
  });
  return steps;
}

test('a push that is killed after any step leaves no part of an image, and goes through when it is repeated', {
  timeout: 300_000,
}, async () => {
  const seen: boolean[] = [];
  const steps = await killEverywhere('push', async (world, killAfter) => {
    seen[killAfter - 1] = await isWhole(world, 'app', 'pushed', PUSHED);
  });
  // It can be seen once its last write was committed, and at no step before.
  expect(seen).toEqual([...Array<boolean>(steps - 1).fill(false), true, true]);
  expect(steps).toBeGreaterThan(20);
});

test('a delete that is killed after any step has happened whole or not at all', { timeout: 300_000 }, async () => {
  const seen: boolean[] = [];
  const steps = await killEverywhere('delete', async (world, killAfter) => {
    seen[killAfter - 1] = await isWhole(world, 'other', 'deleted', DELETED);
  });
  const last = seen.lastIndexOf(true);
  expect(seen).toEqual(seen.map((_, i) => i <= last));
  expect(steps).toBeGreaterThan(10);
  expect(last).toBeGreaterThan(0);
  expect(last).toBeLessThan(steps - 1);
});

test('a collection that is killed after any step is finished by the next one', { timeout: 300_000 }, async () => {
  const steps = await killEverywhere('collection', async () => undefined);
  expect(steps).toBeGreaterThan(10);
});
