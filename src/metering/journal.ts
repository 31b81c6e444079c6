import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const FULL_AT = 64 * 1024 * 1024;
const NAME = /^([0-9]+)\.([0-9a-f-]{36})\.jsonl$/;

/**
 * A file of what was counted and is in no database yet. Lines are handed to the system at once, and synced by nobody: they
 * outlive the process, however it ends, if not the machine.
 */
export interface Journal {
  readonly id: string;
  /** @throws when the system takes no more */
  append(lines: string): void;
  end(): void;
  remove(): Promise<void>;
}

export function openJournal(folder: string, id: string): Journal {
  const path = join(folder, `${process.pid}.${id}.jsonl`);
  let file: number | undefined;
  let size = 0;
  return {
    id,
    append(lines) {
      // A database that is away for so long has had nothing to count for long.
      if (size > FULL_AT) return;
      if (file === undefined) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        file = openSync(path, 'a', 0o600);
      }
      size += writeSync(file, lines);
    },
    end() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
    remove: () => rm(path, { force: true }),
  };
}

export interface LeftJournal {
  readonly id: string;
  readonly lines: readonly string[];
  remove(): Promise<void>;
}

/** Journals of processes that are no more. Those of this one are opened later. */
export async function leftJournals(folder: string): Promise<LeftJournal[]> {
  const names = await readdir(folder).catch(() => []);
  const left: LeftJournal[] = [];
  for (const name of names) {
    const [, pid, id] = NAME.exec(name) ?? [];
    if (id === undefined || isAlive(Number(pid))) continue;
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(() => '');
    // What stands behind the last end of a line was not written whole.
    left.push({ id, lines: text.split('\n').slice(0, -1), remove: () => rm(path, { force: true }) });
  }
  return left;
}

/** In a container each process has the number of the one before: our own is that of somebody who is no more. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
