import { mkdir, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { DataFolder } from '../installation/data-folder.ts';
import type { BlobStore } from '../storage/blobs/port.ts';
import { copySqlite, type DatabaseCopy, openDatabaseCopy } from '../storage/metadata/copy-sqlite.ts';
import type { World } from '../world.ts';
import { copyNamedObjects } from './backup/copy-named-objects.ts';
import { judgingByKeys } from './backup/judging.ts';
import {
  type BackupManifest,
  backupFolder,
  DATABASE,
  describeFile,
  findManifest,
  writeManifest,
} from './backup/manifest.ts';
import { copyPrivateFiles } from './backup/private-files.ts';
import { removeOldStates, removeUnnamed } from './backup/remove-old.ts';
import { sync } from './backup/sync.ts';
import { CannotCopy } from './cannot-copy.ts';
import type { OnProgress } from './copy-progress.ts';
import { withoutCollection } from './without-collection.ts';

export interface BackupOptions {
  /** The data folder that `world` was opened on. */
  readonly folder: DataFolder;
  /** The backup's folder: a new one, or one that holds a backup of the same installation. */
  readonly path: string;
  /** The store in the backup's folder `blobs`. */
  readonly store: BlobStore;
  /** The version of this program. */
  readonly version: string;
  /** Reads what the backup holds already, too, and copies anew what is damaged there. */
  readonly verify?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Objects of one page. */
  readonly page?: number;
}

export interface BackupReport {
  readonly path: string;
  readonly manifest: BackupManifest;
  /** Copied by this run; the others were there already. */
  readonly copied: { readonly objects: number; readonly bytes: number };
  /** Objects of earlier backups that this one does not need. */
  readonly removed: number;
}

/**
 * Makes the folder `path` a backup of an embedded installation as it is now, also while it serves: what was answered
 * before the call is in it. Only what is not there yet is copied, and verified on the way. The backup that was there
 * before stays good until this one is whole, and goes then.
 *
 * @throws CannotCopy when the folder is no place for it
 */
export async function backup(world: World, options: BackupOptions): Promise<BackupReport> {
  const { folder, path, onProgress, signal } = options;
  const inside = relative(folder.path, path);
  if (inside === '' || !(inside.startsWith(`..${sep}`) || inside === '..' || inside.startsWith('/'))) {
    throw new CannotCopy(`${path} lies in the data folder ${folder.path} itself. Name a folder on another disk.`);
  }
  const previous = await findManifest(path);
  if (previous === undefined) await checkIsFree(path);
  await mkdir(backupFolder(path).blobs, { recursive: true, mode: 0o700 });

  const onWaiting = () => onProgress?.({ step: 'waiting for a collection to end' });
  return withoutCollection(world, { ...(signal && { signal }), onWaiting }, async (lease) => {
    const state = `state-${world.ids.uuid()}`;
    const stateFolder = join(path, state);
    const database = join(stateFolder, DATABASE);
    await mkdir(stateFolder, { mode: 0o700 });
    await copySqlite(folder.database, database, (share) =>
      onProgress?.({ step: 'copying the database', done: Math.round(share * 100), total: 100 }),
    );
    const names = await copyPrivateFiles(folder, stateFolder);

    const opened = { world, options: { ...options, signal: lease.signal }, previous, database };
    const { contents, copied, strangers, lost } = await fill(opened);
    const files = await Promise.all([DATABASE, ...names].map((it) => describeFile(stateFolder, it)));
    for (const it of [database, join(stateFolder, 'tls'), stateFolder, backupFolder(path).blobs, path]) await sync(it);

    // Nothing was collected in all that time, or this throws and the backup before stays the one that counts.
    await world.metadata.write((tx) => lease.hold(tx), { evenIfReadOnly: true });
    const takenAt = world.clock.now().toISOString();
    const manifest: BackupManifest = { format: 1, berth: options.version, takenAt, state, files, lost, ...contents };
    await writeManifest(path, manifest);

    await removeOldStates(path, state);
    const removed = await removeUnnamed(options.store, strangers);
    return { path, manifest, copied, removed };
  });
}

interface Filling {
  readonly world: World;
  readonly options: BackupOptions;
  readonly previous: BackupManifest | undefined;
  /** The copy of the database, whose rows say what belongs to the backup. */
  readonly database: string;
}

/** Copies what the rows name. Answers what the backup holds then, and the keys in its store that no row names. */
async function fill({ world, options, previous, database }: Filling) {
  const copy = openDatabaseCopy(database, { readOnly: false });
  const before = options.verify ? undefined : openPrevious(options.path, previous);
  try {
    const installation = copy.installationId();
    if (previous !== undefined && previous.installation !== installation) {
      throw new CannotCopy(
        `${options.path} holds the backup of another Berth (${previous.installation}, of ${previous.takenAt}). Name a folder for this one alone.`,
      );
    }
    const contents = { ...copy.counts(), ...(installation !== undefined && { installation }) };
    return {
      contents,
      ...(await copyNamedObjects(world, {
        ...options,
        from: world.blobs,
        to: options.store,
        copy,
        judging: judgingByKeys(world),
        before,
        total: contents.bytes,
      })),
    };
  } finally {
    before?.close();
    copy.close();
  }
}

function openPrevious(path: string, previous: BackupManifest | undefined): DatabaseCopy | undefined {
  return previous && openDatabaseCopy(join(path, previous.state, DATABASE), { readOnly: true });
}

/** A folder without a manifest is taken when it is empty, or holds no more than a first backup that was cut off. */
async function checkIsFree(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CannotCopy(`${path} cannot be used for a backup (${error.code}). Name a folder.`);
  });
  const strange = names.filter((it) => it !== 'blobs' && !it.startsWith('state-') && !it.startsWith('manifest.json.'));
  if (strange.length === 0) return;
  throw new CannotCopy(
    `${path} holds ${strange.slice(0, 3).join(', ')} and no backup. Name a new folder, or one that a backup was made in.`,
  );
}
