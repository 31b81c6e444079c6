import { open } from 'node:fs/promises';

/** Brings the file or folder at `path` to the disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
