import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../src/housekeeping/collect.ts';
import { fsck } from '../../src/housekeeping/fsck.ts';
import { sealWhatIsClear } from '../../src/housekeeping/seal-clear.ts';
import { appendToUpload } from '../../src/registry/append-to-upload.ts';
import { completeUpload } from '../../src/registry/complete-upload.ts';
import { getImage } from '../../src/registry/get-image.ts';
import { readLayer } from '../../src/registry/layers.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { everythingStored, whereIs } from '../encryption/everything-stored.ts';
import { OWNER, sha256 } from '../manifests.ts';

/**
 * A data folder as the last version without sealing wrote it: one image in the repositories `app` and `other`, and the
 * first half of an upload to `app`.
 */
const FOLDER = new URL('./before-sealing.tar.gz', import.meta.url).pathname;
const UPLOAD = 'e7387fd6-5f6d-462d-a12a-4c42bf7c08eb';
const CANARIES = ['layer-in-the-clear', 'config-in-the-clear', 'annotation-in-the-clear'];
const LAYER = Buffer.from('layer-in-the-clear '.repeat(1000));

let dataDir: string;
let berth: TestBerth;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'berth-upgrade-'));
  expect(spawnSync('tar', ['-xzf', FOLDER, '-C', dataDir]).status).toBe(0);
  berth = await startBerth({ settings: { dataDir } });
});
afterEach(async () => {
  await berth.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function expectReadable(): Promise<void> {
  for (const repositoryName of ['app', 'other']) {
    const asked = { registry: berth.registry, repositoryName, reference: { tag: 'v1' } };
    const { manifest, digest } = await getImage(berth.world, asked);
    expect(sha256(manifest)).toBe(digest);
    const { open } = await readLayer(berth.world, berth.registry, repositoryName, sha256(LAYER));
    expect((await buffer(await open())).equals(LAYER)).toBe(true);
  }
}

test('a folder from before is served, sealed in the background, and holds nothing in the clear then', async () => {
  await expectReadable();
  const kept = await everythingStored(berth);
  for (const it of CANARIES) expect(whereIs(it, kept)).not.toEqual([]);

  expect(await sealWhatIsClear(berth.world)).toMatchObject({ images: 2, objects: 2, failed: 0 });
  await expectReadable();
  await collect(berth.world);
  await expectReadable();
  expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true });
  await berth.restart();

  const sealed = await everythingStored(berth);
  for (const it of CANARIES) expect(whereIs(it, sealed)).toEqual([]);
});

test('an upload that was begun before is ended as it was begun, and its layer sealed later', async () => {
  const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER, uploadId: UPLOAD };
  await appendToUpload(berth.world, { ...owner, bytes: Readable.from([Buffer.from('second half')]) });
  const layer = Buffer.from('first half, second half');
  await completeUpload(berth.world, { ...owner, digests: [sha256(layer)] });

  for (const round of ['before', 'after']) {
    const { open } = await readLayer(berth.world, berth.registry, 'app', sha256(layer));
    expect(String(await buffer(await open()))).toBe(String(layer));
    if (round === 'before') expect(await sealWhatIsClear(berth.world)).toMatchObject({ objects: 3 });
  }
});
