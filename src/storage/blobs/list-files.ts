import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isFanOut, isKey } from './file-layout.ts';
import type { StoredObject } from './port.ts';
import { codeOf } from './storage-full.ts';

/** Everything that lies below `root` where an object can lie. What is removed meanwhile is left out. */
export async function* listFiles(root: string): AsyncGenerator<StoredObject> {
  for (const outer of (await namesIn(root)).filter(isFanOut)) {
    for (const inner of (await namesIn(join(root, outer))).filter(isFanOut)) {
      const directory = join(root, outer, inner);
      for (const key of (await namesIn(directory)).filter(isKey)) {
        const found = await unlessMissing(stat(join(directory, key)));
        if (found?.isFile()) yield { key, sizeInBytes: found.size, modifiedAt: found.mtime };
      }
    }
  }
}

/** Awaits `work` on a path; undefined when nothing is there. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function namesIn(directory: string): Promise<string[]> {
  return (await unlessMissing(readdir(directory))) ?? [];
}
