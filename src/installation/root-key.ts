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
