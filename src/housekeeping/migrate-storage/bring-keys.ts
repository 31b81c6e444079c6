import { access } from 'node:fs/promises';
import type { DataFolder } from '../../installation/data-folder.ts';
import { rootKey } from '../../installation/root-key.ts';
import { writePrivate } from '../../installation/write-private.ts';
import type { Ids } from '../../world.ts';
import { copyPrivateFiles } from '../backup/private-files.ts';
import { CannotCopy } from '../cannot-copy.ts';

export interface KeyPlace {
  readonly folder: DataFolder;
  /** As its settings give it; undefined where it lies in the folder. */
  readonly rootKey: Uint8Array | undefined;
}

/**
 * Makes sure that the target has the root key of the source before it is opened: what is sealed in the database opens
 * with that alone. A target in a data folder of its own gets the files; one that is many nodes must have been given it.
 *
 * @throws CannotCopy when the target has another key, or none
 */
export async function bringKeys(
  source: KeyPlace,
  target: KeyPlace & { readonly isEmbedded: boolean },
  ids: Pick<Ids, 'bytes'>,
): Promise<void> {
  const key = await rootKey(source.folder, { given: source.rootKey, ids });
  if (target.rootKey === undefined && !(await exists(target.folder.rootKey))) {
    if (!target.isEmbedded) {
      throw new CannotCopy(
        `The target has no root key, and every node needs that of this Berth. Write it into the file of --to as "root-key: KEY", where KEY is ${
          source.rootKey === undefined
            ? `the output of: base64 -w0 ${source.folder.rootKey}`
            : 'the BERTH_ROOT_KEY of this one'
        }`,
      );
    }
    await writePrivate(target.folder.rootKey, key);
  }
  const theirs = await rootKey(target.folder, { given: target.rootKey, ids });
  if (!key.equals(theirs)) {
    throw new CannotCopy(
      'The target has another root key than this Berth, and could open none of its secrets. Give both the same BERTH_ROOT_KEY, or name a new data folder for the target.',
    );
  }
  // A certificate that clients trust already, where the target makes its own.
  if (target.isEmbedded) await copyPrivateFiles(source.folder, target.folder.path);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
