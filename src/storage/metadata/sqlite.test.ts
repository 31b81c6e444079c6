import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, expect, test, vi } from 'vitest';
import { metadataContract } from '../../../test/contract/metadata.ts';
import { addAccount, newAccount } from './accounts.ts';
import { DatabaseUnavailable, type Metadata } from './port.ts';
import { openSqlite } from './sqlite.ts';
import { readSteady } from './steady.ts';
import { runUnawaited } from './unawaited.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function aFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-sqlite-'));
  folders.push(folder);
  return join(folder, 'metadata.db');
}

for (const isBulk of [false, true]) {
  metadataContract(isBulk ? 'SQLite, written to by its thread,' : 'SQLite', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-sqlite-'));
    const metadata = await openSqlite(join(folder, 'metadata.db'));
    return {
      metadata: { ...metadata, write: (work, options) => metadata.write(work, { ...options, isBulk }) },
      async stop() {
        await metadata.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  });
}

test('a database of this version opens again with everything that was in it', async () => {
  const file = await aFile();
  const first = await openSqlite(file);
  await first.write((tx) => addAccount(tx, '000000000001', new Date(5)));
  await first.close();

  const second = await openSqlite(file);
  expect(await second.read((tx) => tx.selectFrom('accounts').selectAll().execute())).toEqual([
    newAccount('000000000001', new Date(5)),
  ]);
  await second.close();
});

test('a database that a newer version has changed is refused, and says what to do', async () => {
  const file = await aFile();
  await (await openSqlite(file)).close();
  const db = new DatabaseSync(file);
  db.exec("insert into migrations (name) values ('9999-from-the-future')");
  db.close();

  await expect(openSqlite(file)).rejects.toThrow(/written by a newer version of Berth.*9999-from-the-future/);
});

test('a database that the next version has changed is served, when it left what this one needs', async () => {
  const file = await aFile();
  await (await openSqlite(file)).close();
  const further = (name: string, livesWith: string) => {
    using db = new DatabaseSync(file);
    db.prepare('insert into migrations (name, lives_with) values (?, ?)').run(name, livesWith);
  };
  further('9998-one-column-more', '0002-many-nodes');
  for (const as of ['owner', 'guest'] as const) {
    const metadata = await openSqlite(file, as);
    await metadata.probe();
    await metadata.close();
  }
  further('9999-another', '9998-one-column-more');
  await expect(openSqlite(file)).rejects.toThrow('written by a newer version of Berth, which has done 9999-another');
});

test('a guest changes no tables: it refuses a database of an older version, and a new file', async () => {
  const file = await aFile();
  await expect(openSqlite(file, 'guest')).rejects.toThrow('No Berth has been started on this database yet');
  await (await openSqlite(file)).close();
  const forget = new DatabaseSync(file);
  forget.exec("delete from migrations where name = '0002-many-nodes'");
  await expect(openSqlite(file, 'guest')).rejects.toThrow(
    /older version of Berth, and 0002-many-nodes is still to be done/,
  );
  forget.exec("insert into migrations (name) values ('0002-many-nodes')");
  forget.close();
  const guest = await openSqlite(file, 'guest');
  await guest.probe();
  await guest.close();
});

test('two processes that open a new database at once both find its tables', async () => {
  const file = await aFile();
  const both = await Promise.all([openSqlite(file), openSqlite(file)]);
  for (const metadata of both) {
    await metadata.probe();
    await metadata.close();
  }
});

test('a statement that fails says so, and the connection goes on', async () => {
  const metadata = await openSqlite(await aFile());
  const broken = metadata.write((tx) =>
    tx.insertInto('tags').values({ repository_id: 'none', tag: 't', digest: 'd', updated_at: 1 }).execute(),
  );
  await expect(broken).rejects.toThrow('FOREIGN KEY constraint failed');
  await metadata.write((tx) => addAccount(tx, '000000000002', new Date(5)));
  await metadata.close();
});

test.each([false, true])('what failed while nobody waited for it cannot be got over, in bulk: %s', async (isBulk) => {
  const metadata = await openSqlite(await aFile());
  const tag = { repository_id: 'none', tag: 't', digest: 'd', updated_at: 1 };
  let afterwards: unknown;
  const broken = metadata.write(
    async (tx) => {
      await addAccount(tx, '000000000002', new Date(5));
      await runUnawaited(tx, tx.insertInto('tags').values(tag));
      await addAccount(tx, '000000000003', new Date(5)).catch(() => undefined);
      await addAccount(tx, '000000000004', new Date(5)).catch((error: unknown) => {
        afterwards = error;
      });
    },
    { isBulk },
  );

  await expect(broken).rejects.toThrow('FOREIGN KEY constraint failed');

  expect(afterwards).toMatchObject({ message: 'FOREIGN KEY constraint failed' });
  expect(await metadata.read((tx) => tx.selectFrom('accounts').selectAll().execute())).toEqual([]);
  await metadata.write((tx) => addAccount(tx, '000000000002', new Date(5)));
  await metadata.close();
});

test.each([false, true])(
  'however many statements nobody waits for, all are done in their order, in bulk: %s',
  async (isBulk) => {
    const metadata = await openSqlite(await aFile());
    await metadata.write(
      async (tx) => {
        for (let i = 0; i < 200; i++) {
          const account = newAccount(String(i).padStart(12, '0'), new Date(i));
          await runUnawaited(tx, tx.insertInto('accounts').values(account));
        }
      },
      { isBulk },
    );
    const { rows } = await metadata.read((tx) =>
      sql<{ created_at: number }>`select created_at from accounts order by rowid`.execute(tx),
    );
    expect(rows.map((it) => it.created_at)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    await metadata.close();
  },
);

/** The sync of a file's bytes, of all that are open, as `then` has it. */
async function onDatasync(then: () => Promise<void>) {
  const handle = await open(tmpdir());
  await handle.close();
  return vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync').mockImplementation(then);
}

test('a write resolves when the log is on the disk, and the next one begins before', async () => {
  const metadata = await openSqlite(await aFile());
  const { promise: disk, resolve: isOnDisk } = Promise.withResolvers<void>();
  using syncs = await onDatasync(() => disk);
  const acknowledged: string[] = [];
  const writes = ['000000000001', '000000000002'].map(async (account, i) => {
    await metadata.write((tx) => addAccount(tx, account, new Date(5)), { isBulk: i === 1 });
    acknowledged.push(account);
  });
  await vi.waitFor(async () => expect(await accountsOf(metadata)).toEqual(['000000000001', '000000000002']));
  expect(acknowledged).toEqual([]);
  expect(syncs).toHaveBeenCalledOnce();
  isOnDisk();
  await Promise.all(writes);
  await metadata.close();
});

test('when the disk does not take the log, nothing is acknowledged or written any more, and reads go on', async () => {
  const metadata = await openSqlite(await aFile());
  using _ = await onDatasync(() => Promise.reject(new Error('EIO: i/o error, fdatasync')));
  const write = () => metadata.write((tx) => addAccount(tx, '000000000001', new Date(5)));
  await expect(write()).rejects.toThrow(DatabaseUnavailable);
  await expect(write()).rejects.toThrow(/see to the disk, and start Berth again/);
  await expect(metadata.probe()).rejects.toThrow(DatabaseUnavailable);
  expect(await accountsOf(metadata)).toEqual(['000000000001']);
  await metadata.close();
});

/** A bulk transaction that counts the accounts and then adds one of that name, and may be stopped in between. */
function counting(metadata: Metadata, between: () => Promise<unknown> = async () => undefined) {
  let runs = 0;
  const done = metadata.write(
    async (tx) => {
      runs += 1;
      const accounts = await tx.selectFrom('accounts').selectAll().execute();
      await between();
      await addAccount(tx, String(accounts.length).padStart(12, '9'), new Date(5));
      return runs;
    },
    { isBulk: true },
  );
  return { done };
}

async function accountsOf(metadata: Metadata): Promise<string[]> {
  const rows = await metadata.read((tx) => tx.selectFrom('accounts').select('account').orderBy('account').execute());
  return rows.map((it) => it.account);
}

test('while a long transaction looks around, others write', async () => {
  const metadata = await openSqlite(await aFile());
  const { promise: looked, resolve: hasLooked } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
  const long = counting(metadata, () => {
    hasLooked();
    return goOn;
  });
  await looked;
  await metadata.write((tx) => tx.insertInto('installation').values({ name: 'other', value: '1' }).execute());
  letGoOn();

  // What it looked at is as it was: it need not run again.
  expect(await long.done).toBe(1);
  expect(await accountsOf(metadata)).toEqual(['999999999990']);
  await metadata.close();
});

test('a long transaction runs again when what it looked at was changed before it wrote', async () => {
  const metadata = await openSqlite(await aFile());
  let isFirst = true;
  const long = counting(metadata, async () => {
    if (isFirst) await metadata.write((tx) => addAccount(tx, '000000000001', new Date(5)));
    isFirst = false;
  });

  expect(await long.done).toBe(2);
  expect(await accountsOf(metadata)).toEqual(['000000000001', '999999999991']);
  await metadata.close();
});

test('what hangs on something else that was looked at is not looked at again', async () => {
  const metadata = await openSqlite(await aFile());
  let runs = 0;
  await metadata.write(
    async (tx) => {
      runs += 1;
      const all = tx.selectFrom('accounts').select('account');
      expect(await readSteady(tx, all)).toEqual([]);
      await metadata.write((other) => addAccount(other, '000000000001', new Date(5)));
      // The same snapshot still.
      expect(await readSteady(tx, all)).toEqual([]);
      await addAccount(tx, '000000000002', new Date(5));
    },
    { isBulk: true },
  );

  expect(runs).toBe(1);
  expect(await accountsOf(metadata)).toEqual(['000000000001', '000000000002']);
  await metadata.close();
});

test('a long transaction that only looks is over without a turn, and reads what it wrote itself', async () => {
  const metadata = await openSqlite(await aFile());
  const seen = await metadata.write(
    async (tx) => {
      const before = await tx.selectFrom('accounts').selectAll().execute();
      await runUnawaited(tx, tx.insertInto('accounts').values(newAccount('000000000007', new Date(5))));
      const [after, again] = await Promise.all([
        tx.selectFrom('accounts').select('account').execute(),
        tx.selectFrom('accounts').select('account').execute(),
      ]);
      return [before, after, again];
    },
    { isBulk: true },
  );
  expect(seen).toEqual([[], [{ account: '000000000007' }], [{ account: '000000000007' }]]);
  const looking = metadata.write((tx) => tx.selectFrom('accounts').selectAll().execute(), { isBulk: true });
  expect(await looking).toHaveLength(1);
  await metadata.close();
});

test('another process that writes is waited for, and nobody with it', async () => {
  const file = await aFile();
  const metadata = await openSqlite(file);
  using other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  let isWritten = false;
  const writing = metadata
    .write((tx) => addAccount(tx, '000000000002', new Date(5)))
    .then(() => {
      isWritten = true;
    });
  for (let i = 0; i < 20; i++) await metadata.read((tx) => tx.selectFrom('accounts').selectAll().execute());
  await new Promise(setImmediate);
  expect(isWritten).toBe(false);
  other.exec('COMMIT');
  await writing;
  expect(await accountsOf(metadata)).toEqual(['000000000002']);
  await metadata.close();
});

test('the log begins anew when it has grown long, though others read and write', async () => {
  const file = await aFile();
  const metadata = await openSqlite(file);
  const value = 'x'.repeat(1_000_000);
  for (let i = 0; i < 700; i++) {
    await metadata.write((tx) =>
      sql`insert or replace into installation values (${`n${i % 4}`}, ${value})`.execute(tx),
    );
  }
  // 700 MB were written, and it is brought into the database at 256 MiB.
  expect((await stat(`${file}-wal`)).size).toBeLessThan(500_000_000);
  const rows = await metadata.read((tx) => tx.selectFrom('installation').select('name').execute());
  expect(rows.filter((it) => it.name.startsWith('n'))).toHaveLength(4);
  await metadata.close();
  await expect(stat(`${file}-wal`)).rejects.toThrow('ENOENT');
});
