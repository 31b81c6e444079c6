import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface SmallDisk extends AsyncDisposable {
  /** Where it is for programs that `spawn` starts. */
  readonly path: string;
  /** Where it is for everybody else who may look into the process that holds it: root, and its owner. */
  readonly fromHere: string;
  /** Starts a program that sees the disk. */
  spawn(
    program: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): ChildProcessByStdio<null, Readable, Readable>;
  /** Fills it until so many bytes are left, or none when others take the rest. */
  fill(leaving: number): Promise<void>;
  /** Takes the filling out again. */
  makeRoom(): Promise<void>;
}

const MIB = 2 ** 20;

/** Whether this process may mount: only root may. */
export const MAY_MOUNT = process.getuid?.() === 0;

/** Whether tests that need a small disk run: where every tool is required they do, and fail, rather than being skipped. */
export const TRIES_SMALL_DISKS = MAY_MOUNT || process.env['BERTH_TEST_REQUIRE'] === 'all';

/**
 * A file system in memory of so many MiB. It is mounted in the mount namespace of a child alone, so that nothing is left
 * of it when the child, or this process, ends. Who uses a database there must be started inside: SQLite resolves links,
 * and the way in through /proc is one.
 *
 * @param owner the user whose it is; root's when not said
 */
export async function smallDisk(sizeInMib: number, owner = 'root'): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'berth-disk-'));
  const script = `mount -t tmpfs -o size=${sizeInMib}m tmpfs "$1" && chown "$2:" "$1" &&
    exec setpriv "--reuid=$2" "--regid=$2" --clear-groups sh -c 'echo mounted && exec cat'`;
  const child = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', path, owner], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
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
    fromHere,
    spawn: (program, args, environment) =>
      spawn('/usr/bin/nsenter', [`--mount=/proc/${child.pid}/ns/mnt`, program, ...args], {
        env: { PATH: process.env['PATH'] ?? '', HOME: path, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    async fill(leaving) {
      const { bavail, bsize } = await statfs(fromHere);
      const file = await open(filling, 'a');
      try {
        for (let left = bavail * bsize - leaving; left > 0; left -= MIB) {
          await file.write(Buffer.alloc(Math.min(left, MIB)));
        }
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        await file.close();
      }
    },
    makeRoom: () => rm(filling, { force: true }),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
      await rm(path, { recursive: true });
    },
  };
}
