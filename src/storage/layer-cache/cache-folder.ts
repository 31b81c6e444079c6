import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteRange } from '../../values/byte-range.ts';
import type { Clock, Ids } from '../../world.ts';
import { checkKey } from '../blobs/file-layout.ts';

/** Of a file that is not whole yet. */
const UNFINISHED = 'unfinished-';
/** Nobody is writing a file any more that has not grown for so long. */
const ABANDONED_MS = 3_600_000;
/** A run that was read since counts as read now: else each read would write to the disk. */
const RECENT_MS = 60_000;
/** Once something has to go, so much of what may be there goes, so that it need not for each run anew. */
const FREED = 1 / 8;
/** Left free on the disk, or a sixteenth of a small one: what else lies there is no cache. */
const RESERVE = 1024 * 1024 * 1024;

/** The files of a cache. All that is known of them is in the folder, so that several processes may share it. */
export interface CacheFolder {
  /** The run as a file, if it is here and as long as it should be. */
  open(key: string, run: ByteRange): Promise<FileHandle | undefined>;
  /** A file for a run that is being written. @throws NoRoom when the disk has none for it */
  create(run: ByteRange): Promise<Unfinished>;
  remove(key: string, run: ByteRange): Promise<void>;
  /**
   * Looks around, removes what was left unfinished, and, where `needed` more would be more than `bytes` or than the disk
   * has room for, what was not read for longest. Resolves with how many bytes of whole runs are left.
   */
  trim(bytes: number, needed: number): Promise<number>;
}

/** The disk is needed for other things. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

export interface Unfinished {
  readonly file: FileHandle;
  /** The same file to read from; undefined when it has another name by now, or is gone. */
  open(): Promise<FileHandle | undefined>;
  /** Makes it the run's. Its bytes are durable by then, or its name might outlive a power failure that they do not. */
  keepAs(key: string, run: ByteRange): Promise<void>;
  /** Closes and removes it. */
  discard(): Promise<void>;
}

interface Kept {
  readonly name: string;
  readonly size: number;
  readonly readAt: number;
}

/** The cache in the folder `path`, which is made if it is not there. @throws when it cannot be made */
export async function cacheFolder(path: string, { clock, ids }: { clock: Clock; ids: Ids }): Promise<CacheFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const placeOf = (key: string, run: ByteRange) => {
    checkKey(key);
    return join(path, nameOf(key, run));
  };

  return {
    async open(key, run) {
      const file = await open(placeOf(key, run), 'r').catch(unlessMissing);
      if (file === undefined) return undefined;
      try {
        const { size, mtimeMs } = await file.stat();
        const now = clock.now();
        const isWhole = size === lengthOf(run);
        if (isWhole && now.getTime() - mtimeMs > RECENT_MS) await file.utimes(now, now);
        if (isWhole) return file;
      } catch (error) {
        await file.close();
        throw error;
      }
      await file.close();
      return undefined;
    },

    async create(run) {
      const room = await roomOn(path);
      if (room < lengthOf(run)) throw new NoRoom(`the disk of ${path} has no room for ${lengthOf(run)} more bytes`);
      const place = join(path, `${UNFINISHED}${ids.uuid()}`);
      const file = await open(place, 'wx', 0o600);
      return {
        file,
        open: () => open(place, 'r').catch(unlessMissing),
        async keepAs(key, run) {
          const now = clock.now();
          await file.utimes(now, now);
          await file.close();
          await rename(place, placeOf(key, run));
        },
        async discard() {
          await file.close();
          await rm(place, { force: true });
        },
      };
    },

    remove: (key, run) => rm(placeOf(key, run), { force: true }),

    async trim(bytes, needed) {
      const files = await look(path);
      const now = clock.now().getTime();
      let total = sizeOf(files);
      const allowed = Math.min(bytes, total + (await roomOn(path)));
      const most = total + needed > allowed ? allowed * (1 - FREED) - needed : allowed;
      const drop = async ({ name, size }: Kept) => {
        await rm(join(path, name), { force: true });
        total -= size;
      };
      for (const it of files.filter((it) => isAbandoned(it, now))) await drop(it);
      const runs = files.filter((it) => !isUnfinished(it)).sort((a, b) => a.readAt - b.readAt);
      for (const it of runs) {
        if (total <= most) break;
        await drop(it);
      }
      const unfinished = files.filter((it) => isUnfinished(it) && !isAbandoned(it, now));
      return total - sizeOf(unfinished);
    },
  };
}

/** What a run is called among all others. */
export function nameOf(key: string, { first, last }: ByteRange): string {
  return `${key}.${first}-${last}`;
}

export function lengthOf({ first, last }: ByteRange): number {
  return last - first + 1;
}

/** Bytes that may still be written on the disk of `path`; less than nothing where too much is there already. */
async function roomOn(path: string): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(path);
  return bavail * bsize - Math.min(RESERVE, (blocks * bsize) / 16);
}

async function look(path: string): Promise<Kept[]> {
  const files: Kept[] = [];
  for (const name of await readdir(path)) {
    // Another process may have removed it meanwhile.
    const found = await stat(join(path, name)).catch(unlessMissing);
    if (found?.isFile()) files.push({ name, size: found.size, readAt: found.mtimeMs });
  }
  return files;
}

function sizeOf(files: readonly Kept[]): number {
  return files.reduce((sum, it) => sum + it.size, 0);
}

function isUnfinished({ name }: Kept): boolean {
  return name.startsWith(UNFINISHED);
}

function isAbandoned(it: Kept, now: number): boolean {
  return isUnfinished(it) && now - it.readAt > ABANDONED_MS;
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
