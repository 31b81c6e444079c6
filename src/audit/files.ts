import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Clock, Log } from '../world.ts';

const MIB = 1024 * 1024;
const DAY = 24 * 60 * 60 * 1000;

export interface AuditFiles {
  /** Adds lines, each ended; they are on the disk when it resolves. */
  append(lines: string): Promise<void>;
  /** Packs what is full and removes what is older than the days that are kept. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export interface AuditFilesOptions {
  readonly folder: string;
  readonly keepDays: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells the files of processes apart that write to one folder. */
  readonly writer: string;
  /** Bytes after which a file is full. */
  readonly fullAt?: number;
}

/** Files of JSON lines: a new one each day and whenever one is full, `2026-11-25T08-16-30-000Z.{writer}.jsonl`. */
export function auditFiles({ folder, keepDays, clock, log, writer, fullAt = 64 * MIB }: AuditFilesOptions): AuditFiles {
  let appending: Promise<void> = Promise.resolve();
  let current: { readonly file: FileHandle; readonly path: string; readonly day: string; size: number } | undefined;

  async function fileFor(bytes: number) {
    const now = clock.now().toISOString();
    const day = now.slice(0, 10);
    if (current && (current.day !== day || (current.size > 0 && current.size + bytes > fullAt))) {
      await current.file.close();
      current = undefined;
    }
    if (!current) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${now.replaceAll(/[:.]/g, '-')}.${writer}.jsonl`);
      current = { file: await open(path, 'a', 0o600), path, day, size: 0 };
    }
    return current;
  }

  async function add(bytes: Buffer): Promise<void> {
    const into = await fileFor(bytes.length);
    await into.file.appendFile(bytes);
    await into.file.datasync();
    into.size += bytes.length;
  }

  return {
    append(lines) {
      // One after the other: of two at once each would open the file of a new day.
      appending = appending.catch(() => undefined).then(() => add(Buffer.from(lines, 'utf8')));
      return appending;
    },
    async tidy() {
      const names = await readdir(folder).catch(() => []);
      for (const name of names) {
        const path = join(folder, name);
        if (!/\.jsonl(?:\.gz)?$/.test(name) || path === current?.path) continue;
        const info = await stat(path).catch(() => undefined);
        if (info === undefined) continue;
        const age = clock.now().getTime() - info.mtimeMs;
        if (age > keepDays * DAY) await rm(path, { force: true });
        // Another process may still be writing to a file of today.
        else if (name.endsWith('.jsonl') && (name.includes(`.${writer}.`) || age > 2 * DAY)) await pack(path, log);
      }
    },
    async close() {
      await appending.catch(() => undefined);
      await current?.file.close();
      current = undefined;
    },
  };
}

/** Whole or not at all: a packed file has its name only once it is complete. */
async function pack(path: string, log: Log): Promise<void> {
  const unfinished = `${path}.packing`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished, { mode: 0o600 }));
    await rename(unfinished, `${path}.gz`);
    await rm(path);
  } catch (error) {
    await rm(unfinished, { force: true });
    log.warn({ err: error, path }, 'audit file could not be packed');
  }
}
