import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Directories that survive a power cut, and the memory of which do already. */
export interface DurableDirectories {
  /** Makes `path`, whose parent is there, for its owner alone; its name is on the disk when this resolves. */
  make(path: string): Promise<void>;
}

export function durableDirectories(): DurableDirectories {
  // Promises, so that many that want the same new directory at once wait for one fsync.
  const made = new Map<string, Promise<void>>();

  return {
    make(path) {
      const known = made.get(path);
      if (known !== undefined) return known;
      const making = makeDirectory(path);
      made.set(path, making);
      making.catch(() => made.delete(path));
      return making;
    },
  };
}

/** Brings the names in `directory` to the disk: a file's own fsync does not promise that its name is there. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await syncDirectory(dirname(path));
}
