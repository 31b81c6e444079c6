import { copyFile, constants as fs, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { type DataFolder, makeDataFolder } from '../installation/data-folder.ts';
import { previousKeysFile } from '../installation/root-key.ts';
import { takeFolder } from '../installation/serving.ts';
import { writePrivate } from '../installation/write-private.ts';
import type { BlobStore } from '../storage/blobs/port.ts';
import { openDatabaseCopy } from '../storage/metadata/copy-sqlite.ts';
import type { World } from '../world.ts';
import { copyNamedObjects } from './backup/copy-named-objects.ts';
import { judgingByNotes } from './backup/judging.ts';
import { type BackupManifest, DATABASE } from './backup/manifest.ts';
import { copyPrivateFiles } from './backup/private-files.ts';
import { sync } from './backup/sync.ts';
import { CannotCopy } from './cannot-copy.ts';
import { type BackupCheck, checkBackup } from './check-backup.ts';
import type { OnProgress } from './copy-progress.ts';

export interface RestoreOptions {
  /** The backup's folder. */
  readonly path: string;
  /** The store in the backup's folder `blobs`. */
  readonly store: BlobStore;
  /** The data folder to be: a new one, an empty one, or one that a restore of this backup was cut off in. */
  readonly folder: DataFolder;
  /** Goes on although layers are missing or damaged: they count as lost until somebody pushes them again. */
  readonly withoutDamaged?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface RestoreReport {
  readonly path: string;
  readonly dataDir: string;
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were not restored: their layers count as lost until they are pushed again. */
  readonly lost: number;
}

const marker = v.object({ installation: v.optional(v.string()) });

/**
 * Makes a data folder of a backup, which is checked first. The database is put last: until then no server starts on the
 * folder, and the same call goes on where one was cut off.
 *
 * @throws CannotCopy when the backup is not good, or the folder holds something else
 */
export async function restore(
  world: Pick<World, 'hashing' | 'clock'> & { readonly target: BlobStore },
  options: RestoreOptions,
): Promise<RestoreReport> {
  const { path, folder } = options;
  const wasDone = (await look(folder)) === 'done';
  const check = await checkBackup(world, options);
  refuseIfBad(check, options);
  const { manifest, damaged } = check;
  await refuseIfOthers(folder, manifest.installation);
  if (wasDone) {
    await rm(folder.restoring);
    return reportOf(options, manifest, damaged.length);
  }

  await makeDataFolder(folder.path);
  const lock = await takeFolder(folder, world.clock.now());
  try {
    const note = { installation: manifest.installation, from: path, takenAt: manifest.takenAt };
    await writePrivate(folder.restoring, `${JSON.stringify(note)}\n`);
    for (const it of [folder.rootKey, previousKeysFile(folder), folder.credentials, folder.tls])
      await rm(it, { recursive: true, force: true });
    const source = join(path, manifest.state);
    const keys = {
      rootKey: join(source, 'root.key'),
      credentials: join(source, 'credentials'),
      tls: join(source, 'tls'),
    };
    await copyPrivateFiles(keys, folder.path);

    const draft = `${folder.database}.restoring`;
    await rm(draft, { force: true });
    await copyFile(join(source, DATABASE), draft, fs.COPYFILE_FICLONE);
    const lost = await fill(world, draft, { ...options, total: manifest.bytes, known: manifest.lost });
    for (const it of [draft, folder.tls, folder.blobs, folder.path]) await sync(it);
    await rename(draft, folder.database);
    await sync(folder.path);
    await rm(folder.restoring);
    return reportOf(options, manifest, lost);
  } finally {
    await lock.release();
  }
}

/** Copies the objects that the database in the file `draft` names; answers how many cannot be had. */
async function fill(
  world: Parameters<typeof restore>[0],
  draft: string,
  { store, withoutDamaged, known, ...rest }: RestoreOptions & { readonly total: number; readonly known: number },
): Promise<number> {
  const copy = openDatabaseCopy(draft, { readOnly: false });
  try {
    const from = { from: store, to: world.target, copy, judging: judgingByNotes() };
    const { lost, strangers } = await copyNamedObjects(world, { ...rest, ...from });
    if (lost > known && !withoutDamaged)
      throw new CannotCopy('The backup was changed while it was restored. Try again.');
    await world.target.remove(strangers);
    copy.forgetStored();
    return lost;
  } finally {
    copy.close();
  }
}

function reportOf({ path, folder }: RestoreOptions, { objects, bytes }: BackupManifest, lost: number): RestoreReport {
  return { path, dataDir: folder.path, objects, bytes, lost };
}

/**
 * Whether a restore can begin or go on in the folder, or had come to its very end when it was cut off.
 *
 * @throws CannotCopy when something else is there
 */
async function look(folder: DataFolder): Promise<'free' | 'done'> {
  const names: readonly string[] = await readdir(folder.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CannotCopy(`${folder.path} cannot be used as a data folder (${error.code}). Name a folder.`);
  });
  const isBegun = names.includes(basename(folder.restoring));
  if (names.includes(basename(folder.database))) {
    if (isBegun) return 'done';
    throw new CannotCopy(
      `${folder.path} holds a Berth already, and nothing was changed there. Restore into a new folder with --data-dir, and start that one.`,
    );
  }
  // A file system of its own brings this one along.
  const strange = names.filter((it) => it !== 'lost+found');
  if (isBegun || strange.length === 0) return 'free';
  throw new CannotCopy(`${folder.path} is not empty: it holds ${strange.slice(0, 3).join(', ')}. Name a new folder.`);
}

async function refuseIfOthers({ path, restoring }: DataFolder, installation: string | undefined): Promise<void> {
  const text = await readFile(restoring, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const note = v.safeParse(v.pipe(v.string(), v.parseJson(), marker), text);
  if (note.success && note.output.installation === installation) return;
  throw new CannotCopy(`The backup of another Berth was being restored into ${path}. Name a new folder.`);
}

function refuseIfBad({ path, broken, damaged }: BackupCheck, { withoutDamaged }: RestoreOptions): void {
  if (broken.length > 0) {
    throw new CannotCopy(
      `The backup in ${path} cannot be restored. ${broken.join(' ')} Take an older or another copy.`,
    );
  }
  if (damaged.length === 0 || withoutDamaged) return;
  const [first] = damaged;
  throw new CannotCopy(
    `${damaged.length} objects of the backup in ${path} are not whole (${first?.key}: ${first?.detail}). Take another copy of it; or add --without-damaged: the layers concerned count as lost then until they are pushed again.`,
  );
}
