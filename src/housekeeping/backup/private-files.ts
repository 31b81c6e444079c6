import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DataFolder } from '../../installation/data-folder.ts';
import { previousKeysFile } from '../../installation/root-key.ts';
import { writePrivate } from '../../installation/write-private.ts';

/**
 * Copies what an installation keeps beside its database and its layers: root key, credentials, certificates. Those that
 * `to` has already stay. Answers the names that `to` has now, relative to it.
 */
export async function copyPrivateFiles(
  from: Pick<DataFolder, 'rootKey' | 'credentials' | 'tls'>,
  to: string,
): Promise<string[]> {
  await mkdir(join(to, 'tls'), { recursive: true, mode: 0o700 });
  const certificates = (await unlessMissing(readdir(from.tls))) ?? [];
  const files = [
    { source: from.rootKey, name: basename(from.rootKey) },
    // While it is being changed, rows of the database open with the one before.
    { source: previousKeysFile(from), name: basename(previousKeysFile(from)) },
    { source: from.credentials, name: basename(from.credentials) },
    ...certificates.map((it) => ({ source: join(from.tls, it), name: `tls/${it}` })),
  ];
  const copied: string[] = [];
  for (const { source, name } of files) {
    // One that is being written has another name until it is whole.
    if (name.endsWith('.new')) continue;
    const bytes = await unlessMissing(readFile(source));
    if (bytes === undefined) continue;
    await writePrivate(join(to, name), bytes, { ifAbsent: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    copied.push(name);
  }
  return copied;
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
