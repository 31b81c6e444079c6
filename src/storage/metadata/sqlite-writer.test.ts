import { execFile } from 'node:child_process';
import { type FileHandle, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FailedSync } from './failed-sync.ts';
import { DatabaseUnavailable, type Metadata } from './port.ts';
import { openSqlite } from './sqlite.ts';
import { sqliteFailure } from './sqlite-failure.ts';
import { LocalWriter } from './sqlite-local-writer.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-sqlite-writer-'));
  file = join(folder, 'berth.db');
});
afterEach(() => rm(folder, { recursive: true }));

/** From now on this file cannot be synced: the others can. It is not opened: closing it would take SQLite's locks away. */
async function failSyncsOf(path: string) {
  const { ino } = await stat(path);
  const handle = await open(tmpdir());
  const { datasync } = handle;
  await handle.close();
  return vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'datasync').mockImplementation(async function (
    this: FileHandle,
  ) {
    if ((await this.stat()).ino === ino) throw new Error('EIO: i/o error, fdatasync');
    return datasync.call(this);
  });
}

/** Adds one large value after another until one is refused. The names of those that were acknowledged, and what refused. */
async function fillUntilRefused(metadata: Metadata): Promise<{ names: string[]; refusal: unknown }> {
  const names: string[] = [];
  for (let i = 0; i < 100; i++) {
    const name = `n${String(i).padStart(3, '0')}`;
    try {
      await metadata.write((tx) => sql`insert into installation values (${name}, hex(zeroblob(4500000)))`.execute(tx));
    } catch (refusal) {
      return { names, refusal };
    }
    names.push(name);
  }
  throw new Error('the log was never brought into the database');
}

async function namesIn(metadata: Metadata): Promise<string[]> {
  const names = await metadata.read((tx) =>
    tx.selectFrom('installation').select('name').where('name', 'like', 'n0%').orderBy('name').execute(),
  );
  return names.map((it) => it.name);
}

test('what was brought into the database and did not reach the disk is still in the log at the next start', async () => {
  await (await openSqlite(file)).close();
  const before = await readFile(file);
  const metadata = await openSqlite(file);
  using _ = await failSyncsOf(file);
  const { names, refusal } = await fillUntilRefused(metadata);

  expect(refusal).toBeInstanceOf(DatabaseUnavailable);
  expect((refusal as Error).message).toMatch(/EIO: i\/o error.*see to the disk, and start Berth again/);
  await expect(metadata.probe()).rejects.toThrow(DatabaseUnavailable);
  expect((await stat(file)).size).toBeGreaterThan(200_000_000);
  expect(await namesIn(metadata)).toEqual(expect.arrayContaining(names));
  await metadata.close();

  // The disk has nothing of what the kernel had.
  await writeFile(file, before);
  const again = await openSqlite(file);
  expect(await namesIn(again)).toEqual(expect.arrayContaining(names));
  await again.close();
  const db = new DatabaseSync(file);
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  db.close();
});

test('nor does another process begin that log anew while this one has the database', async () => {
  const metadata = await openSqlite(file);
  using _ = await failSyncsOf(file);
  await fillUntilRefused(metadata);
  const { size } = await stat(`${file}-wal`);

  const other = `
    import { DatabaseSync } from 'node:sqlite';
    const db = new DatabaseSync(${JSON.stringify(file)});
    const { busy } = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    db.exec("insert into installation values ('other', 'x')");
    db.close();
    console.log(busy);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', other]);
  expect(stdout).toBe('1\n');
  expect((await stat(`${file}-wal`)).size).toBeGreaterThanOrEqual(size);
  await metadata.close();
});

test('when SQLite itself could not bring something to the disk, nothing is written any more', async () => {
  const metadata = await openSqlite(file);
  const failure = sqliteFailure({ message: 'disk I/O error', errcode: 1034 });
  expect(failure).toBeInstanceOf(FailedSync);
  using _ = vi.spyOn(LocalWriter.prototype, 'commit').mockImplementationOnce(() => {
    throw failure;
  });
  const write = () => metadata.write((tx) => sql`insert into installation values ('n000', 'x')`.execute(tx));
  await expect(write()).rejects.toThrow(DatabaseUnavailable);
  await expect(write()).rejects.toThrow(/disk I\/O error.*start Berth again/);
  await metadata.close();
  expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0);
});
