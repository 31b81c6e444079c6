import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { metadataContract } from '../../../test/contract/metadata.ts';
import { addAccount, newAccount } from './accounts.ts';
import { openSqlite } from './sqlite.ts';
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

metadataContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-sqlite-'));
  const metadata = await openSqlite(join(folder, 'metadata.db'));
  return {
    metadata,
    async stop() {
      await metadata.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

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

test('what failed while nobody waited for it cannot be got over', async () => {
  const metadata = await openSqlite(await aFile());
  const tag = { repository_id: 'none', tag: 't', digest: 'd', updated_at: 1 };
  let afterwards: unknown;
  const broken = metadata.write(async (tx) => {
    await addAccount(tx, '000000000002', new Date(5));
    await runUnawaited(tx, tx.insertInto('tags').values(tag));
    await addAccount(tx, '000000000003', new Date(5)).catch(() => undefined);
    await addAccount(tx, '000000000004', new Date(5)).catch((error: unknown) => {
      afterwards = error;
    });
  });

  await expect(broken).rejects.toThrow('FOREIGN KEY constraint failed');

  expect(afterwards).toMatchObject({ message: 'FOREIGN KEY constraint failed' });
  expect(await metadata.read((tx) => tx.selectFrom('accounts').selectAll().execute())).toEqual([]);
  await metadata.write((tx) => addAccount(tx, '000000000002', new Date(5)));
  await metadata.close();
});

test('however many statements nobody waits for, all are done, in their order', async () => {
  const metadata = await openSqlite(await aFile());
  await metadata.write(async (tx) => {
    for (let i = 0; i < 200; i++) {
      const account = newAccount(String(i).padStart(12, '0'), new Date(i));
      await runUnawaited(tx, tx.insertInto('accounts').values(account));
    }
  });
  const { rows } = await metadata.read((tx) =>
    sql<{ created_at: number }>`select created_at from accounts order by rowid`.execute(tx),
  );
  expect(rows.map((it) => it.created_at)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  await metadata.close();
});
