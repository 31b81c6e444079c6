import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemIds as ids } from '../ids.ts';
import { CannotStart } from './cannot-start.ts';
import { readCredentials, writeCredentials } from './credentials-file.ts';
import { type DataFolder, makeDataFolder } from './data-folder.ts';
import { rootKey } from './root-key.ts';
import { isTaken, takeFolder, whoServes } from './serving.ts';
import { writePrivate } from './write-private.ts';

let parent: string;
let folder: DataFolder;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'berth-installation-'));
  folder = await makeDataFolder(join(parent, 'a', 'b'));
});
afterEach(() => rm(parent, { recursive: true }));

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

test('nobody but the owner may look into the data folder', async () => {
  expect(await modeOf(folder.path)).toBe(0o700);
});

describe('the root key', () => {
  test('is made once, for the owner alone, and stays', async () => {
    const made = await rootKey(folder, { given: undefined, ids });

    expect(made).toHaveLength(32);
    expect(await rootKey(folder, { given: undefined, ids })).toEqual(made);
    expect(await modeOf(folder.rootKey)).toBe(0o600);
  });

  test('is one, however many make it at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => rootKey(folder, { given: undefined, ids })));

    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  });

  test('is not made anew beside a database whose secrets it would lose', async () => {
    await writeFile(folder.database, '');

    await expect(rootKey(folder, { given: undefined, ids })).rejects.toThrow(
      /root\.key is missing, but .*Put the file back from a backup/,
    );
  });

  test('is refused when it is damaged', async () => {
    await writeFile(folder.rootKey, 'short');

    await expect(rootKey(folder, { given: undefined, ids })).rejects.toBeInstanceOf(CannotStart);
  });
});

describe('the credentials file', () => {
  test('is read back as it was written, and is for the owner alone', async () => {
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a/b+c=' };

    await writeCredentials(folder.credentials, credentials);

    expect(await readCredentials(folder.credentials)).toEqual(credentials);
    expect(await modeOf(folder.credentials)).toBe(0o600);
  });

  test('is undefined when it is not there, and refused when it holds none', async () => {
    expect(await readCredentials(folder.credentials)).toBeUndefined();
    await writeFile(folder.credentials, '[default]\n');

    await expect(readCredentials(folder.credentials)).rejects.toThrow('holds no access key. Remove it');
  });
});

describe('the lock of the data folder', () => {
  const now = new Date('2026-01-02T03:04:05.678Z');

  test('is had by one at a time, who says where he serves', async () => {
    const lock = await takeFolder(folder, now);
    await lock.announce('https://localhost:5000');

    await expect(takeFolder(folder, now)).rejects.toThrow(
      `(process ${process.pid}, since ${now.toISOString()}) serves from ${folder.path} at https://localhost:5000. Stop it first`,
    );
    expect(isTaken(folder)).toBe(true);

    await lock.release();
    expect(isTaken(folder)).toBe(false);
    expect(await whoServes(folder)).toBeUndefined();
    await (await takeFolder(folder, now)).release();
  });

  test('does not mind the record of one that was killed, nor one that makes no sense', async () => {
    await writeFile(folder.serving, '{"pid":');
    expect(await whoServes(folder)).toBeUndefined();

    const lock = await takeFolder(folder, now);

    expect(await whoServes(folder)).toEqual({ pid: process.pid, startedAt: now.toISOString() });
    await lock.release();
  });
});

test('a private file is replaced whole, or kept when it may not be replaced', async () => {
  const path = join(folder.path, 'file');
  await writeFile(path, 'old');
  await chmod(path, 0o644);

  await expect(writePrivate(path, 'new', { ifAbsent: true })).rejects.toThrow('EEXIST');
  expect(await readFile(path, 'utf8')).toBe('old');
  await writePrivate(path, 'new');

  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await modeOf(path)).toBe(0o600);
});
