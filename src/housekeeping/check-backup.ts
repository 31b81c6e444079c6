import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../storage/blobs/port.ts';
import { type CopiedObject, type DatabaseCopy, openDatabaseCopy } from '../storage/metadata/copy-sqlite.ts';
import type { World } from '../world.ts';
import { notedOf } from './backup/judging.ts';
import { type BackupManifest, DATABASE, describeFile, findManifest } from './backup/manifest.ts';
import { readStored, type StoredBytes } from './backup/read-stored.ts';
import { CannotCopy } from './cannot-copy.ts';
import type { OnProgress } from './copy-progress.ts';
import { severalAtOnce } from './fsck/several-at-once.ts';

const AT_ONCE = 4;
const PAGE = 500;
const MOST_FINDINGS = 1_000;

export interface CheckBackupOptions {
  readonly path: string;
  /** The store in the backup's folder `blobs`. */
  readonly store: BlobStore;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface BackupCheck {
  readonly path: string;
  readonly manifest: BackupManifest;
  /** What is wrong with manifest, database and keys: nothing can be restored from it. */
  readonly broken: readonly string[];
  /** Objects that are missing or not what their digest says; the first 1,000. */
  readonly damaged: readonly { readonly key: string; readonly detail: string }[];
  readonly objects: number;
  readonly bytes: number;
  readonly isGood: boolean;
}

/**
 * Whether the backup in `path` is whole: every file is what the manifest says, the database is sound, and each of its
 * objects is stored as it was copied. All bytes are read, nothing is changed.
 *
 * @throws CannotCopy when there is no backup
 */
export async function checkBackup(world: Pick<World, 'hashing'>, options: CheckBackupOptions): Promise<BackupCheck> {
  const { path } = options;
  const manifest = await findManifest(path);
  if (manifest === undefined) {
    throw new CannotCopy(
      `${path} holds no backup: there is no manifest.json. Name the folder that berth backup wrote.`,
    );
  }
  const broken = await checkFiles(path, manifest);
  const nothing = { path, manifest, damaged: [], objects: 0, bytes: 0, isGood: false };
  if (broken.length > 0) return { ...nothing, broken };

  const copy = openDatabaseCopy(join(path, manifest.state, DATABASE), { readOnly: true });
  try {
    const damage = copy.damage().map((it) => `${DATABASE}: ${it}`);
    if (damage.length > 0) return { ...nothing, broken: damage };
    const checked = await checkObjects(world, copy, { ...options, total: manifest.bytes });
    return { path, manifest, broken, ...checked, isGood: checked.damaged.length === 0 };
  } finally {
    copy.close();
  }
}

async function checkFiles(path: string, { state, files }: BackupManifest): Promise<string[]> {
  const folder = join(path, state);
  const broken = files.some((it) => it.name === DATABASE) ? [] : [`The manifest names no ${DATABASE}.`];
  for (const { name, size, sha256 } of files) {
    const isThere = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      broken.push(`${join(folder, name)} is missing.`);
      continue;
    }
    const found = await describeFile(folder, name);
    if (found.size === size && found.sha256 === sha256) continue;
    broken.push(`${join(folder, name)} is not what the manifest says: it was changed or damaged.`);
  }
  return broken;
}

async function checkObjects(
  { hashing }: Pick<World, 'hashing'>,
  copy: DatabaseCopy,
  { store, signal, onProgress, total }: CheckBackupOptions & { readonly total: number },
): Promise<Pick<BackupCheck, 'damaged' | 'objects' | 'bytes'>> {
  const damaged: { key: string; detail: string }[] = [];
  let objects = 0;
  let bytes = 0;
  for (let after = ''; ; ) {
    const page = copy.objectsAfter(after, PAGE);
    const named = page.filter((it) => it.state === 'live');
    await severalAtOnce(named, AT_ONCE, async (object) => {
      const { key, size } = object;
      signal?.throwIfAborted();
      const found = await readStored({ store, hashing }, key);
      const detail = wrongOf(found, object);
      if (detail !== undefined && damaged.length < MOST_FINDINGS) damaged.push({ key, detail });
      objects += 1;
      bytes += size;
      onProgress?.({ step: 'checking layers', done: bytes, total, unit: 'bytes' });
    });
    const last = page.at(-1);
    if (!last || page.length < PAGE) return { damaged, objects, bytes };
    after = last.key;
  }
}

function wrongOf(found: StoredBytes, object: CopiedObject): string | undefined {
  const { digest } = object;
  if (found.kind === 'missing') return `layer ${digest} is missing`;
  if (found.kind === 'unreadable') return `layer ${digest} cannot be read: ${found.why}`;
  return found.sha256 === notedOf(object) ? undefined : `layer ${digest} is not as it was stored`;
}
