import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const MIB = 1024 * 1024;

/**
 * Leaves so much free memory behind that was in use a moment ago. On a virtual machine the first touch of memory is the
 * host's work, ten times as slow as the copy of a page, and it would fall on whoever happens to be measured then.
 */
export async function touchMemory(dir: string, sizeInMib: number): Promise<void> {
  const path = join(dir, 'touched');
  const zeros = new Uint8Array(MIB);
  const file = await open(path, 'w');
  for (let i = 0; i < sizeInMib; i++) await file.write(zeros);
  await file.close();
  await rm(path);
}
