import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatabaseFile } from './database-file.ts';
import { openSqlite } from './sqlite.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-database-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** How many locks this process holds on a file. */
async function locksOn(file: string): Promise<number> {
  const { ino } = await stat(file);
  const lines = (await readFile('/proc/locks', 'utf8')).split('\n');
  return lines.filter((it) => it.includes(` ${process.pid} `) && it.includes(`:${ino} `)).length;
}

test.runIf(process.platform === 'linux')(
  'the locks of a database are kept for as long as anybody in the process has it',
  async () => {
    const file = join(folder, 'berth.db');
    const [staying, leaving] = [await openSqlite(file), await openSqlite(file)];
    const another = new DatabaseFile(file);
    await another.sync();
    await another.close();
    await leaving.close();

    expect(await locksOn(file)).toBe(1);
    await staying.close();
    expect(await locksOn(file)).toBe(0);
  },
);

test('a file that was closed by all cannot be synced, and can be opened again', async () => {
  const file = join(folder, 'berth.db');
  await (await openSqlite(file)).close();
  const [first, second] = [new DatabaseFile(file), new DatabaseFile(file)];
  await first.sync();
  await first.close();
  await second.sync();
  await second.close();

  await expect(first.sync()).rejects.toThrow('was closed');
  const again = new DatabaseFile(file);
  await again.sync();
  await again.close();
});
