import { readFile, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { CannotStart } from './cannot-start.ts';
import type { DataFolder } from './data-folder.ts';
import { writePrivate } from './write-private.ts';

const record = v.object({ pid: v.number(), startedAt: v.string(), url: v.optional(v.string()) });

/** The process that serves from a data folder; `url` as soon as it listens. */
export type Serving = v.InferOutput<typeof record>;

export interface ServingLock {
  /** Tells other commands where this Berth listens. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the folder for this process alone. The lock is SQLite's own on a file, so it ends with the process however
 * that ends; the record beside it only tells people who has it.
 *
 * @throws CannotStart when another process serves from it
 */
export async function takeFolder(folder: DataFolder, now: Date): Promise<ServingLock> {
  const lock = new DatabaseSync(folder.lock, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new CannotStart(takenText(folder, await whoServes(folder)));
  }
  const mine = { pid: process.pid, startedAt: now.toISOString() };
  const write = (more: Partial<Serving>) =>
    // Not worth an end: on a full disk it still serves what it has.
    writePrivate(folder.serving, `${JSON.stringify({ ...mine, ...more })}\n`).catch(() => undefined);
  await write({});
  return {
    announce: (url) => write({ url }),
    async release() {
      await rm(folder.serving, { force: true });
      lock.close();
    },
  };
}

/** Who says to serve from this folder; a process that was killed has left its record. */
export async function whoServes(folder: DataFolder): Promise<Serving | undefined> {
  const text = await readFile(folder.serving, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), record), text);
  return parsed.success ? parsed.output : undefined;
}

/** Whether some process holds the folder now. */
export function isTaken(folder: DataFolder): boolean {
  const lock = new DatabaseSync(folder.lock, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch {
    return true;
  } finally {
    lock.close();
  }
}

function takenText({ path }: DataFolder, other: Serving | undefined): string {
  if (other === undefined) {
    return `Another Berth serves from ${path}. Stop it first, or give this one a folder of its own with --data-dir.`;
  }
  const at = other.url === undefined ? '' : ` at ${other.url}`;
  return `Another Berth (process ${other.pid}, since ${other.startedAt}) serves from ${path}${at}. Stop it first (kill ${other.pid}), or give this one a folder of its own with --data-dir and a free --port.`;
}
