import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../../storage/blobs/port.ts';

const AT_ONCE = 200;

/** Removes the databases and keys of backups that count no longer, and of runs that were cut off. */
export async function removeOldStates(path: string, current: string): Promise<void> {
  const old = (await readdir(path)).filter((it) => it.startsWith('state-') && it !== current);
  for (const it of old) await rm(join(path, it), { recursive: true, force: true });
}

/** Removes objects that the backup does not name; answers how many. */
export async function removeUnnamed(store: BlobStore, keys: readonly string[]): Promise<number> {
  for (let i = 0; i < keys.length; i += AT_ONCE) await store.remove(keys.slice(i, i + AT_ONCE));
  return keys.length;
}
