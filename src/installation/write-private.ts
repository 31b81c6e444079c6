import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

let drafts = 0;

/**
 * Writes a file that only its owner may read; all of it is there when this resolves, or the old one still.
 * `ifAbsent`: a file that is there already stays, and rejects with EEXIST.
 */
export async function writePrivate(path: string, bytes: string | Uint8Array, { ifAbsent = false } = {}): Promise<void> {
  drafts += 1;
  const draft = `${path}.${process.pid}-${drafts}.new`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await (ifAbsent ? link(draft, path) : rename(draft, path));
  } finally {
    await rm(draft, { force: true });
  }
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}
