import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { barePostgres, bareSqlite } from '../../../test/metadata/bare-databases.ts';
import { startPostgres, withPostgres } from '../../../test/servers/postgres.ts';
import { createJobTables } from './migrations/0009-jobs.ts';
import { numberJobsOnPostgres, numberJobsOnSqlite } from './migrations/0009-numbers.ts';
import { orderChangesOnPostgres, orderChangesOnSqlite } from './migrations/0024-order.ts';

type Database = Kysely<unknown>;

/** Appends a change as versions before 0024 had them; its other columns say its name. */
async function append(db: Database, name: string, more: { position?: number } = {}): Promise<void> {
  const given = { id: name, at: 1, account: '1', region: 'r', repository_id: 'r', repository_name: name, ...more };
  const values = { ...given, principal_arn: null, kind: 'repository-deleted', detail: '{}', attempts: 2 };
  const columns = sql.join(Object.keys(values).map((it) => sql.ref(it)));
  await sql`insert into changes (${columns}) values (${sql.join(Object.values(values))})`.execute(db);
}

async function inOrder(db: Database): Promise<unknown[]> {
  const { rows } = await sql<{ id: string }>`
    select id, repository_name, attempts from changes order by seq`.execute(db);
  return rows;
}

const waiting = (name: string) => ({ id: name, repository_name: name, attempts: 2 });

test('on SQLite changes that wait stay in their order, and later ones go behind them', async () => {
  const { db, close } = bareSqlite();
  await createJobTables(db, { text: 'text', bytes: 'blob' });
  await numberJobsOnSqlite(db);
  for (const name of ['b', 'c', 'a']) await append(db, name);

  await orderChangesOnSqlite(db);
  await append(db, 'later');

  expect(await inOrder(db)).toEqual(['b', 'c', 'a', 'later'].map(waiting));
  // What was known of the table before does not number those that come now.
  const { rows } = await sql`select name from sqlite_master where tbl_name like 'changes%'`.execute(db);
  expect(rows).toEqual([{ name: 'changes' }]);
  await close();
});

withPostgres('the order of changes on PostgreSQL', () => {
  test('is that of transactions for those that wait, and later ones go behind them', async () => {
    const server = await startPostgres();
    try {
      const { db, close } = await barePostgres(server.url());
      await createJobTables(db, { text: 'text', bytes: 'bytea' });
      await numberJobsOnPostgres(db);
      await append(db, 'of the last transaction', { position: 900 });
      await append(db, 'of the first', { position: 7 });
      await append(db, 'of the first, too', { position: 7 });

      await orderChangesOnPostgres(db);
      await append(db, 'later');

      const order = ['of the first', 'of the first, too', 'of the last transaction', 'later'];
      expect(await inOrder(db)).toEqual(order.map(waiting));
      await close();
    } finally {
      await server.stop();
    }
  });
});
