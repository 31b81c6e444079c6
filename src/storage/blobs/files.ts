import { constants } from 'node:fs';
import { access, open, truncate, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { appendToFile, COMPLETED_MODE, isCompleted, sizeBehind } from './append-to-file.ts';
import { durableDirectories, syncDirectory } from './durable-directories.ts';
import { FileBytes } from './file-bytes.ts';
import { placeOf } from './file-layout.ts';
import { listFiles, unlessMissing } from './list-files.ts';
import { ownerOf } from './owner-file.ts';
import { type BlobStore, type Draft, PROBE_PREFIX } from './port.ts';
import { probeStore } from './probe-store.ts';
import { needingRoom } from './storage-full.ts';

const REMOVED_AT_ONCE = 16;
const { O_CREAT, O_EXCL, O_WRONLY } = constants;

/**
 * Keeps each object as one file below `root`, at its final place from the first byte on; nothing is ever renamed. One
 * process uses a root at a time.
 */
export function fileBlobStore(root: string): BlobStore {
  const base = resolve(root);
  const directories = durableDirectories();
  const appending = new Set<string>();
  let probes = 0;

  const store: BlobStore = {
    async begin(key) {
      const place = placeOf(base, key);
      for (const directory of place.directories) await needingRoom(directories.make(directory));
      const file = await needingRoom(open(place.file, O_CREAT | O_EXCL | O_WRONLY, 0o600));
      await file.close();
      await needingRoom(syncDirectory(dirname(place.file)));
      return { key, size: 0, state: '' };
    },

    async append(draft, bytes, checkpoint) {
      const { file } = placeOf(base, draft.key);
      if (appending.has(draft.key)) throw new Error(`object ${draft.key} is being appended to already`);
      appending.add(draft.key);
      try {
        return await appendToFile(file, draft, bytes, checkpoint);
      } finally {
        appending.delete(draft.key);
      }
    },

    async complete(draft) {
      if (appending.has(draft.key)) throw new Error(`object ${draft.key} is being appended to`);
      await completeFile(placeOf(base, draft.key).file, draft);
    },

    discard: (draft) => store.remove([draft.key]),

    async read(key, range) {
      const file = await unlessMissing(open(placeOf(base, key).file, 'r'));
      if (!file) return undefined;
      if (range) return new FileBytes(file, { start: range.first, end: range.last + 1 });
      const { size } = await file.stat();
      return new FileBytes(file, { start: 0, end: size });
    },

    async has(key) {
      const reached = access(placeOf(base, key).file).then(() => true);
      return (await unlessMissing(reached)) ?? false;
    },

    async remove(keys) {
      const files = keys.map((key) => placeOf(base, key).file);
      for (let i = 0; i < files.length; i += REMOVED_AT_ONCE) await removeFiles(files.slice(i, i + REMOVED_AT_ONCE));
    },

    list: () => listFiles(base),

    probe: () => probeStore(store, `${PROBE_PREFIX}${process.pid}-${++probes}`),

    belongTo: (id) => ownerOf(base, id),
  };
  return store;
}

async function completeFile(path: string, draft: Draft): Promise<void> {
  const file = await open(path, 'r');
  try {
    if (await isCompleted(file)) return;
    if ((await sizeBehind(file, draft)) > 0) await truncate(path, draft.size);
    await file.chmod(COMPLETED_MODE);
    await needingRoom(file.sync());
    await syncDirectory(dirname(path));
  } finally {
    await file.close();
  }
}

/** Their names are gone from the disk too when this resolves: a removed object does not come back after a power cut. */
async function removeFiles(paths: readonly string[]): Promise<void> {
  const removed = await Promise.all(paths.map((path) => unlessMissing(unlink(path).then(() => dirname(path)))));
  const touched = new Set(removed.filter((directory) => directory !== undefined));
  await Promise.all([...touched].map(syncDirectory));
}
