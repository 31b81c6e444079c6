import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { aManifest, OWNER, pushLayer } from '../../test/manifests.ts';
import { appendToUpload } from '../registry/append-to-upload.ts';
import { deleteRepository } from '../registry/delete-repository.ts';
import { findLayer } from '../registry/layers.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import { startUpload } from '../registry/uploads.ts';
import type { World } from '../world.ts';
import { collect } from './collect.ts';
import { type FsckReport, fsck } from './fsck.ts';

const DAY = 24 * 3_600_000;

let berth: TestBerth;
let manifest: Manifest;
let layer: Buffer;
beforeEach(async () => {
  berth = await startBerth();
  await berth.createRepository('app');
  layer = randomBytes(1000);
  const config = await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}'));
  const pushed = await pushLayer(berth.world, berth.registry, 'app', layer);
  manifest = aManifest({ config, layers: [pushed] });
  await putImage(berth.world, { registry: berth.registry, repositoryName: 'app', manifest, tags: ['v1'] });
});
afterEach(() => berth.stop());

const layerDigest = () => manifest.layers[1]?.digest ?? '';
const check = (repair = false, deep = true) => fsck(berth.world, { repair, deep, page: 1 });
const kinds = (report: FsckReport) => report.findings.map((it) => `${it.kind} ${it.outcome}`);

async function flipBit(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(file, bytes, { flag: 'r+' });
}

/** Where the file of the layer lies. */
async function layerFile(): Promise<string> {
  const [row] = await sql(`select object_key from objects where digest = '${layerDigest()}'`);
  const root = join(berth.settings.dataDir, 'blobs');
  const files = await readdir(root, { recursive: true });
  return join(root, files.find((it) => it.endsWith(String(row?.['object_key']))) ?? '');
}

/** Changes the database as only a fault could. */
function sql(text: string): Promise<Record<string, unknown>[]> {
  // The server writes, too: what follows from the push. Its transaction ends on this thread, so no waiting in the database.
  const run = () => {
    using db = new DatabaseSync(join(berth.settings.dataDir, 'berth.db'), { timeout: 0 });
    db.exec('PRAGMA foreign_keys = OFF');
    return db.prepare(text).all();
  };
  return vi.waitFor(run, { timeout: 10_000 });
}

test('a registry that is well is clean, and everything was looked at', async () => {
  const report = await check();
  expect(report).toMatchObject({ findings: [], found: 0, isClean: true });
  expect(report.checked).toEqual({
    objects: 2,
    closed: 0,
    bytes: 1002,
    stored: 2,
    layers: 2,
    images: 1,
    tags: 1,
    uploads: 0,
  });
});

for (const deep of [true, false]) {
  test(`bytes that are gone are found ${deep ? 'by reading' : 'without reading'}; after a repair clients are told`, async () => {
    await rm(await layerFile());
    expect(kinds(await check(false, deep))).toEqual(['bytes-missing found']);
    const repaired = await check(true, deep);
    expect(kinds(repaired)).toEqual(['bytes-missing contained']);
    expect(repaired.isClean).toBe(false);
    expect(kinds(await check(true, deep))).toEqual(['object-lost found']);

    await pushLayer(berth.world, berth.registry, 'app', layer);
    expect((await check()).findings).toEqual([]);
  });

  test(`an object that became shorter is found ${deep ? 'by reading' : 'without reading'}`, async () => {
    await truncate(await layerFile(), 999);
    expect(kinds(await check(false, deep))).toEqual(['wrong-size found']);
  });
}

test('damaged bytes are found, refused to clients after a repair, and removed when they were pushed again', async () => {
  const file = await layerFile();
  await flipBit(file, 500);
  expect(kinds(await check(false, false))).toEqual([]);
  expect(kinds(await check())).toEqual(['seal-broken found']);
  expect(kinds(await check(true))).toEqual(['seal-broken contained']);
  await expect(findLayer(berth.world, berth.registry, 'app', layerDigest())).rejects.toThrow();

  await collect(berth.world);
  expect(await layerFile()).toBe(file);
  await pushLayer(berth.world, berth.registry, 'app', layer);
  await collect(berth.world);
  expect((await check()).findings).toEqual([]);
  expect(await Array.fromAsync(berth.world.blobs.list())).toHaveLength(2);
});

test('damaged bytes that are not sealed are found by their digest', async () => {
  await berth.restart({ encryption: 'store' });
  layer = randomBytes(1000);
  const pushed = await pushLayer(berth.world, berth.registry, 'app', layer);
  manifest = aManifest({ config: pushed, layers: [pushed] });
  await flipBit(await layerFile(), 500);

  expect(kinds(await check())).toEqual(['wrong-digest found']);
});

test.each([
  ['a header', 70, 'a header that was changed'],
  ['a tag', 1271, 'a frame that was changed'],
])('one bit of %s is noticed as well', async (_, at, said) => {
  await flipBit(await layerFile(), at);
  const { findings } = await check();
  expect(findings).toEqual([expect.objectContaining({ kind: 'seal-broken', detail: expect.stringContaining(said) })]);
});

test('a seal of another object opens nothing, and is found', async () => {
  await sql(`update objects set seal = (select seal from objects where size = 2) where size = 1000`);
  expect(kinds(await check())).toEqual(['seal-broken found']);
});

test('bytes that count as lost and are there after all serve again', async () => {
  await sql(`update objects set state = 'lost' where digest = '${layerDigest()}'`);
  expect(kinds(await check())).toEqual(['object-found found']);
  expect(await check(true)).toMatchObject({ mended: 1, isClean: true });
  expect(await findLayer(berth.world, berth.registry, 'app', layerDigest())).toMatchObject({ size: 1000 });
});

test('bytes without a row are put aside for 7 days and go then', async () => {
  const draft = await berth.world.blobs.begin('stray');
  await berth.world.blobs.append(draft, Readable.from([randomBytes(10)]));
  expect(kinds(await check())).toEqual(['bytes-unknown found']);
  expect(kinds(await check(true))).toEqual(['bytes-unknown mended']);
  expect(kinds(await check())).toEqual([]);
  await collect(berth.world);
  expect(await berth.world.blobs.has('stray')).toBe(true);
  berth.pass(7 * DAY + 1000);
  await collect(berth.world);
  expect(await berth.world.blobs.has('stray')).toBe(false);
});

test('what a probe left is nobody’s finding', async () => {
  await berth.world.blobs.begin('probe-1-1');
  expect(kinds(await check())).toEqual([]);
});

test('an upload whose bytes are gone is found, and ended by a repair', async () => {
  const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER };
  const { id: uploadId } = await startUpload(berth.world, owner);
  await startUpload(berth.world, owner);
  await appendToUpload(berth.world, { ...owner, uploadId, bytes: Readable.from([randomBytes(10)]) });
  expect(kinds(await check())).toEqual([]);
  await sql(`update uploads set stored_size = stored_size + 1 where id = '${uploadId}'`);
  expect(kinds(await check())).toEqual(['upload-cut found']);
  expect(kinds(await check(true))).toEqual(['upload-cut mended']);
  expect((await check()).findings).toEqual([]);
});

test('rows that do not fit each other are found', async () => {
  await sql("update images set manifest = cast('{}' as blob)");
  expect(kinds(await check())).toEqual(['image-corrupt found']);
  await sql('delete from images');
  expect(kinds(await check())).toEqual(['tag-without-image found', 'meter-differs found']);
  await sql('delete from tags');
  await sql('delete from image_layers');
  await sql('delete from objects where size = 1000');
  const differs = 'meter-differs found';
  expect(kinds(await check())).toEqual(['bytes-unknown found', 'layer-without-object found', differs]);
});

test('a layer of an image that the repository does not hold is found', async () => {
  await sql(`delete from layers where digest = '${layerDigest()}'`);
  const differs = 'meter-differs found';
  expect(kinds(await check())).toEqual(['object-forgotten found', 'layer-missing found', differs]);
});

test('a reference that the rows forgot is noted again, before a collection takes the layer', async () => {
  await sql('delete from image_layers');
  expect(kinds(await check())).toEqual(['image-references-differ found', 'meter-differs found']);
  expect(await check(true)).toMatchObject({ found: 1, isClean: true });
  berth.pass(2 * DAY);
  await collect(berth.world);
  expect((await check()).checked.layers).toBe(2);
});

test('what no collection would ever look at is queued by a repair', async () => {
  await sql('delete from images');
  await sql('delete from tags');
  await sql('delete from image_layers');
  await sql('update layers set leased_until = 0 where size = 2');
  await sql('delete from layers where size = 1000');
  const differs = 'meter-differs found';
  expect(kinds(await check())).toEqual(['object-forgotten found', 'layer-forgotten found', differs]);
  expect((await check(true)).isClean).toBe(true);
  berth.pass(2 * DAY);
  await collect(berth.world);
  expect(await Array.fromAsync(berth.world.blobs.list())).toEqual([]);
});

/** A store in which something happens each time that fsck has listed it, or is about to look at an object. */
function storeWhere(happening: { onList?: () => Promise<void>; onLook?: () => Promise<void> }): World['blobs'] {
  const { blobs } = berth.world;
  return {
    ...blobs,
    async *list() {
      yield* await Array.fromAsync(blobs.list());
      await happening.onList?.();
    },
    async has(key) {
      await happening.onLook?.();
      return blobs.has(key);
    },
    async read(key, range) {
      await happening.onLook?.();
      return blobs.read(key, range);
    },
  };
}

async function deleteAndCollect(): Promise<void> {
  const repository = { registry: berth.registry, repositoryName: 'app' };
  await deleteRepository(berth.world, { ...repository, force: true }).catch(() => undefined);
  await collect(berth.world);
}

for (const [when, happening] of [
  ['after it was listed', { onList: deleteAndCollect }],
  ['while it is looked at', { onLook: deleteAndCollect }],
] as const) {
  test(`what a collection takes ${when} is no finding`, async () => {
    for (const deep of [true, false]) {
      const report = await fsck({ ...berth.world, blobs: storeWhere(happening) }, { repair: false, deep });
      expect(report.findings).toEqual([]);
      expect(await Array.fromAsync(berth.world.blobs.list())).toEqual([]);
      await berth.createRepository('app');
      await pushLayer(berth.world, berth.registry, 'app', layer);
    }
  });
}

test('bytes whose removal is under way while they are listed are no finding', async () => {
  const draft = await berth.world.blobs.begin('leaving');
  const blobs = storeWhere({ onLook: () => berth.world.blobs.discard(draft) });
  expect((await fsck({ ...berth.world, blobs }, { repair: true })).findings).toEqual([]);
});

for (const deep of [true, false]) {
  test(`bytes of an upload that goes on while ${deep ? 'everything is read' : 'fsck looks'} are no finding`, async () => {
    const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER };
    const { id: uploadId } = await startUpload(berth.world, owner);
    const grow = () => appendToUpload(berth.world, { ...owner, uploadId, bytes: Readable.from([randomBytes(100)]) });
    await grow();
    const onLook = async () => void (await grow());
    const blobs = storeWhere({ onList: onLook, onLook });
    expect((await fsck({ ...berth.world, blobs }, { repair: true, deep, page: 1 })).findings).toEqual([]);
  });
}

test('a push that repairs what fsck found missing before it could say so keeps what it pushed', async () => {
  await rm(await layerFile());
  const onLook = async () => void (await pushLayer(berth.world, berth.registry, 'app', layer));
  const blobs = storeWhere({ onLook });
  await fsck({ ...berth.world, blobs }, { repair: true });
  expect(await findLayer(berth.world, berth.registry, 'app', layerDigest())).toMatchObject({ size: 1000 });
  expect((await check()).findings).toEqual([]);
});

test('a store that cannot be read for a while makes nothing lost', async () => {
  const { blobs } = berth.world;
  const failing: World['blobs'] = {
    ...blobs,
    async read() {
      throw new Error('the network is down');
    },
  };
  const report = await fsck({ ...berth.world, blobs: failing }, { repair: true });
  expect(kinds(report)).toEqual(['bytes-unreadable found', 'bytes-unreadable found']);
  expect((await check()).findings).toEqual([]);
});

test('a page of any size finds the same, and progress is told', async () => {
  await rm(await layerFile());
  let last = 0;
  for (const page of [1, 2, 200]) {
    const report = await fsck(berth.world, { repair: false, page, onProgress: ({ objects }) => (last = objects) });
    expect(kinds(report)).toEqual(['bytes-missing found']);
  }
  expect(last).toBe(2);
});

test('a signal ends it', async () => {
  const checking = fsck(berth.world, { repair: false, signal: AbortSignal.abort(new Error('enough')) });
  await expect(checking).rejects.toThrow('enough');
});
