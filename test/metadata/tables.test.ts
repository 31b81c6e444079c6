import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Metadata } from '../../src/storage/metadata/port.ts';
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { type Pgbouncer, startPgbouncer, withPgbouncer } from '../servers/pgbouncer.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';

withPgbouncer('the tables in PostgreSQL', () => {
  let server: PostgresServer;
  let pooler: Pgbouncer;
  beforeAll(async () => {
    server = await startPostgres();
    pooler = await startPgbouncer(server, { poolSize: 8 });
  });
  afterAll(async () => {
    await pooler.stop();
    await server.stop();
  });

  const open = (url: string, as: 'owner' | 'guest' = 'owner') =>
    openPostgres(url, { as, connections: 2, log: { warn: () => undefined } });

  /** A database as a newer version leaves it, which has done that migration too. */
  async function migratedFurther(name: string, livesWith: string | null): Promise<string> {
    const url = await server.createDatabase();
    await (await open(url)).close();
    const value = livesWith === null ? 'null' : `'${livesWith}'`;
    await server.query(`insert into migrations (name, lives_with) values ('${name}', ${value})`, nameIn(url));
    return url;
  }

  test.each(['directly', 'through a pooler'])('are made once by all nodes that start at once, %s', async (way) => {
    const direct = await server.createDatabase();
    const url = way === 'directly' ? direct : pooler.through(direct);
    const all: Metadata[] = await Promise.all(Array.from({ length: 8 }, () => open(url)));
    for (const metadata of all) {
      await metadata.probe();
      await metadata.close();
    }
    const rows = await server.query('select name from migrations order by name', nameIn(direct));
    const names = rows.map((row) => String(row['name']));
    expect(names.slice(0, 3)).toEqual(['0001-registry', '0002-many-nodes', '0003-commits']);
    expect(names).toEqual([...new Set(names)]);
    // All but the two that are SQLite's alone.
    expect(names.length).toBe((await readdir('src/storage/metadata/migrations')).length - 2);
    await (await open(url, 'guest')).close();
  });

  test('of a version that this one knows nothing of are refused, and the message says what to do', async () => {
    const url = await migratedFurther('9999-from-the-future', null);
    for (const as of ['owner', 'guest'] as const) {
      await expect(open(url, as)).rejects.toThrow(/written by a newer version of Berth.*9999-from-the-future/);
    }
  });

  test('of the next version are served when it left what this one needs', async () => {
    const url = await migratedFurther('9999-one-column-more', '0003-commits');
    for (const as of ['owner', 'guest'] as const) {
      const metadata = await open(url, as);
      await metadata.probe();
      await metadata.close();
    }
  });

  test('of the version after the next are refused: it left what the next one needs', async () => {
    const url = await migratedFurther('9999-far-away', '9998-next');
    await expect(open(url)).rejects.toThrow('written by a newer version of Berth, which has done 9999-far-away');
  });

  test('are not made by a guest', async () => {
    const url = await server.createDatabase();
    await expect(open(url, 'guest')).rejects.toThrow('No Berth has been started on this database yet');
    expect(await server.query("select 1 from pg_tables where tablename = 'migrations'", nameIn(url))).toEqual([]);
  });

  test('are not made by halves', async () => {
    const url = await server.createDatabase();
    await server.query('create table tags (a integer)', nameIn(url));
    await expect(open(url)).rejects.toThrow('relation "tags" already exists');
    expect(await server.query("select 1 from pg_tables where schemaname = 'public'", nameIn(url))).toHaveLength(1);
  });

  test('are not made in a database that cannot hold every text', async () => {
    await server.query("create database latin encoding 'LATIN1' template template0");
    await expect(open(server.url('latin'))).rejects.toThrow('The encoding of the database is LATIN1.');
  });

  test('need a database that is there', async () => {
    await expect(open(server.url('nowhere'))).rejects.toThrow('database "nowhere" does not exist');
  });
});

function nameIn(url: string): string {
  return /\/([^/?]*)(?:\?|$)/.exec(url)?.[1] ?? '';
}
