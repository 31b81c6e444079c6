import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { writePrivate } from '../../installation/write-private.ts';
import { CannotCopy } from '../cannot-copy.ts';

const FORMAT = 1;

/** The database among a backup's files. */
export const DATABASE = 'berth.db';

/** A name as a backup writes it: no path leads out of the folder. */
const fileName = v.pipe(v.string(), v.regex(/^(?:tls\/)?[A-Za-z0-9_-][A-Za-z0-9._-]*$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const shape = v.object({
  format: v.literal(FORMAT),
  /** The Berth that made it. */
  berth: v.string(),
  /** The installation's id; none of one that was never served by a version that draws ids. */
  installation: v.optional(v.string()),
  takenAt: v.pipe(v.string(), v.isoTimestamp()),
  /** The folder, beside this manifest, that holds `files`. */
  state: v.pipe(v.string(), v.regex(/^state-[a-z0-9-]+$/)),
  files: v.array(v.object({ name: fileName, size: count, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
  repositories: count,
  images: count,
  objects: count,
  bytes: count,
  /** Objects whose bytes neither the source nor the backup has. */
  lost: count,
});

/** What a backup is. It stands in `manifest.json`, whose replacement is the moment from which a new backup counts. */
export type BackupManifest = v.InferOutput<typeof shape>;
export type BackupFile = BackupManifest['files'][number];

/** Where everything lies in the backup folder `path`. */
export function backupFolder(path: string) {
  return { path, manifest: join(path, 'manifest.json'), blobs: join(path, 'blobs') };
}

/**
 * The manifest of the backup in `path`; undefined where there is none.
 *
 * @throws CannotCopy when it is none that this version can read
 */
export async function findManifest(path: string): Promise<BackupManifest | undefined> {
  const file = backupFolder(path).manifest;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new CannotCopy(`${file} cannot be read (${error.code}). Run this as the user who made the backup.`);
  });
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), shape), text);
  if (parsed.success) return parsed.output;
  throw new CannotCopy(
    `${file} is no manifest that this version of Berth can read (${v.summarize(parsed.issues)}). It may have been made by a newer one, or damaged.`,
  );
}

/** Makes `manifest` the one that counts, durably. */
export function writeManifest(path: string, manifest: BackupManifest): Promise<void> {
  return writePrivate(backupFolder(path).manifest, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** `name` below `folder`, as a manifest has it. */
export async function describeFile(folder: string, name: string): Promise<BackupFile> {
  const hash = createHash('sha256');
  const { size } = await stat(join(folder, name));
  for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer);
  return { name, size, sha256: hash.digest('hex') };
}
