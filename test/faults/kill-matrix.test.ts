import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startHashing } from '../../src/bytes/hashing.ts';
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
import { copiesOf, drawn } from './copies.ts';
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
import { stepping } from './steps.ts';

const CHILD = new URL('./child.ts', import.meta.url).pathname;
/** How many kills of each scenario are real; `BERTH_TEST_KILLS=100` asks for one after each step. */
const KILLS = Number(process.env['BERTH_TEST_KILLS'] ?? 2);
const DAY = 24 * 3_600_000;

vi.setConfig({ testTimeout: 300_000 });

let home: string;
beforeEach(async () => {
  // A killed process leaves the disk as it was: whether bytes wait in memory makes no difference here, only time.
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  home = await mkdtemp(join(place, 'berth-kill-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** For all that are opened: two threads for each would be most of what it costs. */
const hashing = startHashing(2);
afterAll(() => hashing.close());

/** Opens a folder for the time of `work`. */
async function inFolder<T>(folder: string, work: (world: World) => Promise<T>): Promise<T> {
  const { world, close } = await openFolder(folder);
  try {
    // What a process has hashed so far no other knows.
    return await work({ ...world, hashing: { ...hashing } });
  } finally {
    await close();
  }
}

/** Lets a process run the scenario on a copy of the prepared folder, and be killed after that step. */
async function killed(scenario: ScenarioName, killAfter: number): Promise<string> {
  const folder = join(home, `killed-${killAfter}`);
  await cp(join(home, 'prepared'), folder, { recursive: true });
  const child = spawn(process.execPath, [CHILD, folder, scenario, String(killAfter)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [steps, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect([code, signal], `after ${killAfter} steps`).toEqual([null, 'SIGKILL']);
  expect(steps.trim().split('\n')).toHaveLength(killAfter);
  return folder;
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

/** What the next process sees of the scenario, given that all that must hold does, in a folder that is used up by it. */
async function seenIn(folder: string, look: (world: World) => Promise<boolean>): Promise<boolean> {
  const seen = await inFolder(folder, async (world) => {
    await isWell(world);
    const seen = await look(world);
    await goesOn(world);
    return seen;
  });
  await rm(folder, { recursive: true });
  return seen;
}

/**
 * Looks at what the next process finds when the scenario was killed after each of its steps, and at its end: a copy of
 * the folder stands for most kills, and a few that are drawn each time are real. Answers what was seen after each.
 */
async function killEverywhere(scenario: ScenarioName, look: (world: World) => Promise<boolean>): Promise<boolean[]> {
  const { before, run } = SCENARIOS[scenario];
  await inFolder(join(home, 'prepared'), before);
  await cp(join(home, 'prepared'), join(home, 'run'), { recursive: true });
  const copies = copiesOf(join(home, 'run'), join(home, 'copies'));
  await inFolder(join(home, 'run'), (world) => run(stepping(world, copies.step)));
  copies.step('done');
  const seen: boolean[] = [];
  await severalAtOnce(copies.left(), 2, async ({ folder, after }) => {
    const found = await seenIn(folder, look).catch((cause: unknown) => {
      throw new Error(`${scenario} killed after any of ${JSON.stringify(after)}`, { cause });
    });
    for (const { step } of after) seen[step - 1] = found;
  });
  const steps = Array.from({ length: seen.length - 1 }, (_, i) => i + 1);
  await severalAtOnce(drawn(KILLS, steps), 2, async (step) => {
    const found = await killed(scenario, step).then((folder) => seenIn(folder, look));
    expect(found, `${scenario} killed after step ${step}`).toBe(seen[step - 1]);
  });
  return seen;
}

test('a push that is killed after any step leaves no part of an image, and goes through when it is repeated', async () => {
  const seen = await killEverywhere('push', (world) => isWhole(world, 'app', 'pushed', PUSHED));
  // It can be seen once its last write was committed, and at no step before.
  expect(seen).toEqual([...Array<boolean>(seen.length - 2).fill(false), true, true]);
  expect(seen.length).toBeGreaterThan(20);
});

test('a delete that is killed after any step has happened whole or not at all', async () => {
  const seen = await killEverywhere('delete', (world) => isWhole(world, 'other', 'deleted', DELETED));
  const last = seen.lastIndexOf(true);
  expect(seen).toEqual(seen.map((_, i) => i <= last));
  expect(seen.length).toBeGreaterThan(11);
  expect(last).toBeGreaterThan(0);
  expect(last).toBeLessThan(seen.length - 2);
});

test('a collection that is killed after any step is finished by the next one', async () => {
  const seen = await killEverywhere('collection', async () => true);
  expect(seen.length).toBeGreaterThan(11);
});
