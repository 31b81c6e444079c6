import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from './durable-directories.ts';
import { unlessMissing } from './list-files.ts';
import { codeOf, needingRoom } from './storage-full.ts';

/** No object can have this name: keys have no dot. */
const NAME = 'belongs.to';

/** The id in the file below `root` that says whose store it is; it is written, with `id`, where there is none. */
export async function ownerOf(root: string, id: string): Promise<string> {
  const path = join(root, NAME);
  const before = await read(path);
  if (before !== undefined && before !== '') return before;
  await needingRoom(mkdir(root, { recursive: true, mode: 0o700 }));
  try {
    const file = await needingRoom(open(path, before === undefined ? 'wx' : 'w', 0o600));
    try {
      await needingRoom(file.writeFile(`${id}\n`));
      await needingRoom(file.sync());
    } finally {
      await file.close();
    }
    await needingRoom(syncDirectory(root));
    return id;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return (await read(path)) ?? id;
  }
}

/** Undefined without a file; empty when a crash came between the file and its contents. */
async function read(path: string): Promise<string | undefined> {
  return (await unlessMissing(readFile(path, 'utf8')))?.trim();
}
