import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface SmallDisk extends AsyncDisposable {
  /** Where it is for programs that `spawn` starts. */
  readonly path: string;
  /** Starts a program that sees the disk. */
  spawn(
    program: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): ChildProcessByStdio<null, Readable, Readable>;
  /** Fills it until so many bytes are left. */
  fill(leaving: number): Promise<void>;
  /** Takes the filling out again. */
  makeRoom(): Promise<void>;
}

/** Whether this process may mount: only root may. */
export const MAY_MOUNT = process.getuid?.() === 0;

/**
 * A file system in memory of so many MiB. It is mounted in the mount namespace of a child alone, so that nothing is left
 * of it when the child, or this process, ends. Who uses a database there must be started inside: SQLite resolves links,
 * and the way in through /proc is one.
 */
export async function smallDisk(sizeInMib: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'berth-disk-'));
  const script = `mount -t tmpfs -o size=${sizeInMib}m tmpfs "$1" && echo mounted && exec cat`;
  const child = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const isMounted = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!isMounted) {
    await rm(path, { recursive: true });
    throw new Error('No small disk could be mounted; see the line above.');
  }
  const fromHere = `/proc/${child.pid}/root${path}`;
  const filling = join(fromHere, 'filling');
  return {
    path,
    spawn: (program, args, environment) =>
      spawn('/usr/bin/nsenter', [`--mount=/proc/${child.pid}/ns/mnt`, program, ...args], {
        env: { PATH: process.env['PATH'] ?? '', HOME: path, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    async fill(leaving) {
      const { bavail, bsize } = await statfs(fromHere);
      const file = await open(filling, 'a');
      for (let left = bavail * bsize - leaving; left > 0; left -= bsize) await file.write(Buffer.alloc(bsize));
      await file.close();
    },
    makeRoom: () => rm(filling, { force: true }),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
      await rm(path, { recursive: true });
    },
  };
}
