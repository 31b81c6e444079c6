import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where everything of one installation lies. */
export interface DataFolder {
  readonly path: string;
  readonly database: string;
  readonly blobs: string;
  /** Layers of a far store that are kept near. It may be emptied at any time. */
  readonly layerCache: string;
  readonly rootKey: string;
  readonly credentials: string;
  readonly tls: string;
  /** Who did what, in files of JSON lines. */
  readonly audit: string;
  /** What was counted and is not in the database yet: see `metering/meter.ts`. */
  readonly meter: string;
  readonly lock: string;
  /** Who serves from here now: see `serving.ts`. */
  readonly serving: string;
  /** Here until a restore has come to its end: see `housekeeping/restore.ts`. */
  readonly restoring: string;
}

/** The names inside the data folder `path`. Touches nothing. */
export function dataFolder(path: string): DataFolder {
  return {
    path,
    database: join(path, 'berth.db'),
    blobs: join(path, 'blobs'),
    layerCache: join(path, 'layer-cache'),
    rootKey: join(path, 'root.key'),
    credentials: join(path, 'credentials'),
    tls: join(path, 'tls'),
    audit: join(path, 'audit'),
    meter: join(path, 'meter'),
    lock: join(path, 'lock.db'),
    serving: join(path, 'serving.json'),
    restoring: join(path, 'restoring.json'),
  };
}

/** Makes the folders that are missing; only the owner may look in. */
export async function makeDataFolder(path: string): Promise<DataFolder> {
  const folder = dataFolder(path);
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  await mkdir(folder.tls, { recursive: true, mode: 0o700 });
  await mkdir(folder.blobs, { recursive: true, mode: 0o700 });
  return folder;
}

/** A data folder of its own that `remove` takes away. */
export async function makeEphemeralFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'berth-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
