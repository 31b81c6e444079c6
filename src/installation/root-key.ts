import { access, readFile } from 'node:fs/promises';
import type { Ids } from '../world.ts';
import { CannotStart } from './cannot-start.ts';
import type { DataFolder } from './data-folder.ts';
import { writePrivate } from './write-private.ts';

const LENGTH = 32;

/**
 * The installation's root key: `given` by settings, else the one in the data folder, made on first start. Everything
 * that is sealed in the database opens with it alone, so a database without its key is not given a new one.
 *
 * @throws CannotStart when the key is missing or damaged, or when a restore was cut off here
 */
export async function rootKey(
  folder: DataFolder,
  { given, ids }: { readonly given: Uint8Array | undefined; readonly ids: Pick<Ids, 'bytes'> },
): Promise<Buffer> {
  if ((await exists(folder.restoring)) && !(await exists(folder.database))) {
    throw new CannotStart(
      `A restore into ${folder.path} has not come to its end. Run the same berth restore again; or remove the folder to begin anew.`,
    );
  }
  if (given !== undefined) return Buffer.from(given);
  const kept = await readKey(folder);
  if (kept !== undefined) return kept;
  if (await exists(folder.database)) {
    throw new CannotStart(
      `${folder.rootKey} is missing, but ${folder.database} is there, and its secrets open with that key alone. Put the file back from a backup; or move the database away to begin anew.`,
    );
  }
  const made = ids.bytes(LENGTH);
  try {
    await writePrivate(folder.rootKey, made, { ifAbsent: true });
    return made;
  } catch (error) {
    // A worker that started at the same moment has made one.
    const theirs = await readKey(folder);
    if (theirs === undefined) throw error;
    return theirs;
  }
}

/** Where a root key of the data folder lies once another one took its place. */
export function previousKeysFile({ rootKey: path }: Pick<DataFolder, 'rootKey'>): string {
  return `${path}.previous`;
}

/**
 * The root key as `rootKey` gives it, and behind it those of before: of settings, or of the data folder.
 *
 * @throws CannotStart as `rootKey` does
 */
export async function rootKeys(
  folder: DataFolder,
  {
    given,
    previous,
    ids,
  }: {
    readonly given: Uint8Array | undefined;
    readonly previous: readonly Uint8Array[];
    readonly ids: Pick<Ids, 'bytes'>;
  },
): Promise<readonly [Uint8Array, ...Uint8Array[]]> {
  // The older ones first: whoever changes them writes these before the new one takes its place.
  const kept = await readPrevious(folder);
  return [await rootKey(folder, { given, ids }), ...previous, ...kept];
}

/** The root keys of before that the data folder has, the latest first. */
export async function readPrevious(folder: DataFolder): Promise<readonly Buffer[]> {
  const bytes = await readFile(previousKeysFile(folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  return Array.from({ length: Math.floor(bytes.length / LENGTH) }, (_, i) =>
    bytes.subarray(i * LENGTH, (i + 1) * LENGTH),
  );
}

/**
 * Puts a new root key in the data folder, and keeps the one before beside it. Cut off, the same call goes on: a key that
 * was put already, and has not yet taken the other's place everywhere, stays. Answers whether it made one.
 */
export async function replaceRootKey(folder: DataFolder, ids: Pick<Ids, 'bytes'>): Promise<boolean> {
  const now = await rootKey(folder, { given: undefined, ids });
  const before = await readPrevious(folder);
  const [latest] = before;
  if (latest && !latest.equals(now)) return false;
  if (!latest) await writePrivate(previousKeysFile(folder), Buffer.concat([now, ...before]));
  await writePrivate(folder.rootKey, ids.bytes(LENGTH));
  return true;
}

async function readKey({ rootKey: path }: DataFolder): Promise<Buffer | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new CannotStart(`${path} cannot be read (${error.code}). Berth must run as the user who owns it.`);
  });
  if (bytes !== undefined && bytes.length !== LENGTH) {
    throw new CannotStart(`${path} has ${bytes.length} bytes instead of ${LENGTH}. Put it back from a backup.`);
  }
  return bytes;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
