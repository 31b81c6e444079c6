import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, rm, stat, statfs, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blobStoreContract } from '../../../test/contract/blob-store.ts';
import { placeOf } from './file-layout.ts';
import { fileBlobStore } from './files.ts';
import { type BlobStore, type Draft, StorageFull } from './port.ts';

const MIB = 1024 * 1024;

blobStoreContract('the file store', async () => {
  const root = await mkdtemp(join(tmpdir(), 'berth-blobs-'));
  return { store: fileBlobStore(root), stop: () => rm(root, { recursive: true }) };
});

describe('the file store', () => {
  let root: string;
  let store: BlobStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-blobs-'));
    store = fileBlobStore(root);
  });
  afterEach(() => rm(root, { recursive: true }));
  const fileOf = (draft: Draft) => placeOf(root, draft.key).file;

  test('goes on behind the draft when a killed process left more, and that is never part of the object', async () => {
    const [continued, completed] = [await drafted(store, 'kept,'), await drafted(store, 'kept')];
    for (const draft of [continued, completed]) await appendFile(fileOf(draft), 'torn tail that nobody was told of');
    const restarted = fileBlobStore(root);

    const appended = await restarted.append(continued, source('more'));
    expect((await stat(fileOf(continued))).size).toBe(appended.size);
    await restarted.complete(appended);
    await restarted.complete(completed);

    expect(await text(restarted, continued.key)).toBe('kept,more');
    expect(await text(restarted, completed.key)).toBe('kept');
  });

  test('says so when bytes that it promised are gone', async () => {
    const draft = await drafted(store, 'promised');
    await truncate(fileOf(draft), 3);

    await expect(store.append(draft, source('more'))).rejects.toThrow('has lost bytes: 3 of 8 are there');
    await expect(store.complete(draft)).rejects.toThrow('has lost bytes: 3 of 8 are there');
  });

  test('breaks the stream of a file that has become too short, and does not end it', async () => {
    const draft = await drafted(store, 'x'.repeat(4 * MIB));
    await store.complete(draft);
    const reading = await store.read(draft.key);
    const chunks = reading?.[Symbol.asyncIterator]();
    await chunks?.next();

    // Behind what is read ahead.
    await truncate(fileOf(draft), 3 * MIB + 5);

    const rest = (async () => {
      while (!(await chunks?.next())?.done);
    })();
    await expect(rest).rejects.toThrow(`the file ends at byte ${3 * MIB + 5}, before the ${4 * MIB} it should have`);
  });

  test('refuses the second of two appends to one object at once, and completing meanwhile', async () => {
    const draft = await store.begin('taken');
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = store.append(draft, held('first', promise));

    await expect(store.append(draft, source('second'))).rejects.toThrow('object taken is being appended to already');
    await expect(store.complete(draft)).rejects.toThrow('object taken is being appended to');

    resolve();
    await store.complete(await first);
    expect(await text(store, 'taken')).toBe('first');
  });

  test('lets nobody but its owner at files and directories, and nobody write to what is complete', async () => {
    const [open, complete] = [await drafted(store, 'some'), await drafted(store, 'some')];
    await store.complete(complete);
    const [, outer, inner] = placeOf(root, open.key).directories;

    const modes = await Promise.all([fileOf(open), fileOf(complete), outer, inner].map(modeOf));

    expect(modes).toEqual(['600', '400', '700', '700']);
  });

  test('serves from a directory that is not there yet, and overlooks what is not its own', async () => {
    const later = join(root, 'not', 'yet');
    const fresh = fileBlobStore(later);
    expect(await Array.fromAsync(fresh.list())).toEqual([]);
    expect(await fresh.has('anything')).toBe(false);

    await fresh.complete(await drafted(fresh, 'some'));
    await mkdir(join(later, 'lost+found'));
    await appendFile(join(later, 'README'), 'not an object');

    expect(await Array.fromAsync(fresh.list())).toHaveLength(1);
  });

  test('frees the room of a failed append at once', async () => {
    const draft = await drafted(store, 'kept');

    await expect(store.append(draft, thenFail(Buffer.alloc(3 * MIB)))).rejects.toThrow('went away');

    expect((await stat(fileOf(draft))).size).toBe(4);
  });
});

const canMount =
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

describe.skipIf(!canMount)('the file store on a disk of 8 MiB (needs root on Linux)', () => {
  test('refuses what does not fit, keeps the draft, and takes it once there is room', async () => {
    await using disk = await tinyDisk(8);
    const store = fileBlobStore(disk.path);
    const large = await store.append(await store.begin('large'), zeros(5 * MIB));
    const draft = await store.append(await store.begin('draft'), source('kept,'));

    const tooMuch = store.append(draft, zeros(4 * MIB));
    await expect(tooMuch).rejects.toThrow(StorageFull);
    await expect(tooMuch).rejects.toThrow('the blob store cannot take more bytes (ENOSPC)');
    expect((await stat(placeOf(disk.path, 'draft').file)).size).toBe(5);

    await store.discard(large);
    const resumed = await store.append(draft, zeros(4 * MIB));
    await store.complete(resumed);
    expect(resumed.size).toBe(5 + 4 * MIB);
    expect((await text(store, 'draft'))?.startsWith('kept,\0\0')).toBe(true);
  });

  test('fails its probe while the disk is full, and leaves nothing of it', async () => {
    await using disk = await tinyDisk(8);
    const store = fileBlobStore(disk.path);
    await store.probe();
    await expect(store.append(await store.begin('filler'), zeros(9 * MIB))).rejects.toThrow(StorageFull);
    const filler = await store.append({ key: 'filler', size: 0, state: '' }, zeros(await roomOn(disk.path)));

    await expect(store.probe()).rejects.toThrow(StorageFull);

    await store.discard(filler);
    await store.probe();
    expect(await Array.fromAsync(store.list())).toEqual([]);
  });
});

/**
 * A file system of so many MiB. It is mounted in the mount namespace of a child alone, which we look into through
 * /proc, so that nothing is left of it when the child, or this process, ends.
 */
async function tinyDisk(sizeInMib: number): Promise<{ path: string } & AsyncDisposable> {
  const place = await mkdtemp(join(tmpdir(), 'berth-disk-'));
  const script = `mount -t tmpfs -o size=${sizeInMib}m tmpfs "$1" && echo mounted && exec cat`;
  const child = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', place], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    path: `/proc/${child.pid}/root${place}`,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
      await rm(place, { recursive: true });
    },
  };
}

async function roomOn(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

async function drafted(store: BlobStore, content: string): Promise<Draft> {
  return store.append(await store.begin(crypto.randomUUID()), source(content));
}

async function text(store: BlobStore, key: string): Promise<string | undefined> {
  const stream = await store.read(key);
  return stream && Buffer.concat(await stream.toArray()).toString();
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

async function* source(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}

async function* held(content: string, until: Promise<void>): AsyncGenerator<Uint8Array> {
  await until;
  yield Buffer.from(content);
}

async function* thenFail(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error('went away');
}

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(64 * 1024);
  for (let left = size; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(chunk.length, left));
}
