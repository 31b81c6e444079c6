import { statfs } from 'node:fs/promises';
import { StorageFull } from './port.ts';

const RESERVE = 64 * 1024 * 1024;

/**
 * Leaves some room on the disk when layers fill it: the database that lies beside needs it, also to delete something,
 * and without deletes nobody gets room back. 64 MiB; on a small disk a sixteenth of it.
 *
 * @throws StorageFull when less than that is free
 */
export async function keepReserve(folder: string): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < Math.min(RESERVE, (blocks * bsize) / 16)) {
    throw new StorageFull(`the blob store takes no more bytes: ${free} are left on its disk`);
  }
}
