import { rmSync } from 'node:fs';
import { chmod, mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What tests write is gone after them, a few gigabytes at the same time at most. */
const NEEDED_BYTES = 8 * 1024 ** 3;

/**
 * A new folder for what tests write: in memory where there is room, so that none of thousands of commits waits for the
 * disk, and among the temporary files elsewhere. It goes with this process.
 */
export async function folderForTests(memory = '/dev/shm'): Promise<string> {
  const isRoomy = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize >= NEEDED_BYTES,
    () => false,
  );
  const folder = await mkdtemp(join(isRoomy ? memory : tmpdir(), 'berth-test-'));
  // Servers that run as users of their own have their folders in there.
  await chmod(folder, 0o755);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [signal, status] of SIGNALS) process.once(signal, () => process.exit(status));
  return folder;
}

const SIGNALS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
];
