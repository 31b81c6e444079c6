import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { openSqlite } from '../../src/storage/metadata/sqlite.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../servers/postgres.ts';
import { type Explain, explainPostgres, explainSqlite } from './explained.ts';
import { makeManyRows } from './many-rows.ts';
import { ACCOUNT_QUERIES } from './planned/accounts.ts';
import { FOLLOW_UP_QUERIES } from './planned/follow-up.ts';
import { HARMLESS } from './planned/harmless.ts';
import { IMAGE_QUERIES } from './planned/images.ts';
import { LIMIT } from './planned/page.ts';
import { REGISTRY_QUERIES } from './planned/registry.ts';

/** What a page may cost: some rows that are passed over are no harm. */
const MOST_ROWS = 20 * LIMIT;

const QUERIES = { ...REGISTRY_QUERIES, ...FOLLOW_UP_QUERIES, ...IMAGE_QUERIES, ...ACCOUNT_QUERIES };

function plansAreGood(explain: () => Explain): void {
  test.each(Object.entries(QUERIES))('%s', async (name, work) => {
    const explained = await explain()(work);
    expect(explained.length).toBeGreaterThan(0);
    for (const { query, wrong } of explained) {
      const harmful = wrong.filter((it) => !HARMLESS[name]?.test(it));
      expect(harmful, query).toEqual([]);
    }
  });
}

withPostgres('PostgreSQL finds by an index, in a large registry,', () => {
  let server: PostgresServer;
  let client: Client;
  let explain: Explain;
  beforeAll(async () => {
    server = await startPostgres({ extra: ['max_wal_size=4GB', 'synchronous_commit=off'] });
    await (await openPostgres(server.url(), { as: 'owner', connections: 1, log: { warn: () => undefined } })).close();
    client = new Client({ host: server.folder, port: server.port, user: 'berth', database: 'postgres' });
    await client.connect();
    await makeManyRows(client);
    explain = explainPostgres(client, MOST_ROWS);
  }, 120_000);
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  plansAreGood(() => explain);
});

describe('SQLite finds by an index', () => {
  let folder: string;
  let db: DatabaseSync;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-plans-'));
    await (await openSqlite(join(folder, 'berth.db'))).close();
    // What work adds refers to nothing, in tables that are empty.
    db = new DatabaseSync(join(folder, 'berth.db'), { enableForeignKeyConstraints: false });
  });
  afterAll(async () => {
    db.close();
    await rm(folder, { recursive: true });
  });

  plansAreGood(() => explainSqlite(db));

  test('what refers to a row, when that is removed', () => {
    const names = db.prepare("select name from sqlite_schema where type = 'table'").all();
    for (const { name: table } of names) expect(unfoundReferences(db, String(table)), String(table)).toEqual([]);
  });
});

/** The foreign keys of a table by which its rows would be looked for without an index: lists of columns. */
function unfoundReferences(db: DatabaseSync, table: string): string[][] {
  // Accounts are closed, and never removed.
  const keys = db
    .prepare(`select id, "from" as name from pragma_foreign_key_list(?) where "table" <> 'accounts'`)
    .all(table);
  const indexes = db
    .prepare('select name from pragma_index_list(?) where partial = 0')
    .all(table)
    .map((it) => columns(db, String(it['name'])));
  return [...Map.groupBy(keys, (it) => it['id']).values()]
    .map((key) => key.map((it) => String(it['name'])))
    .filter((key) => !indexes.some((index) => key.every((it) => index.slice(0, key.length).includes(it))));
}

function columns(db: DatabaseSync, index: string): string[] {
  const rows = db.prepare('select name from pragma_index_info(?) order by seqno').all(index);
  return rows.map((it) => String(it['name']));
}
