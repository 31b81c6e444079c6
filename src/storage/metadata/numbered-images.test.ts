import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barePostgres, bareSqlite } from '../../../test/metadata/bare-databases.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../../../test/servers/postgres.ts';
import { createRegistryTables } from './migrations/0001-registry.ts';
import { numberImagesOnPostgres, numberImagesOnSqlite } from './migrations/0025-numbers-of-images.ts';

type Database = Kysely<unknown>;

/** Two repositories as versions before 0025 had them, which have images and layers of the same digests. */
async function fill(db: Database): Promise<void> {
  for (const id of ['r', 's']) {
    await sql`insert into repositories values (${id}, '1', 'r', ${id}, 1, 'MUTABLE', '[]', 0, 'AES256', null)`.execute(
      db,
    );
    for (const layer of ['shared', 'one', 'two']) {
      await sql`insert into objects values (${`${id} ${layer}`}, '1', 'r', ${layer}, 1, 'live', 1)`.execute(db);
      await sql`
        insert into layers (repository_id, digest, object_key, size, leased_until, created_at)
        values (${id}, ${layer}, ${`${id} ${layer}`}, 1, 0, 1)`.execute(db);
    }
    for (const image of ['one', 'two']) {
      await sql`
        insert into images
          (repository_id, digest, media_type, manifest_size, image_size, pushed_at, manifest)
        values (${id}, ${image}, 'm', 2, 1, 1, ${Buffer.from('{}')})`.execute(db);
      for (const layer of [image, 'shared'])
        await sql`insert into image_layers values (${id}, ${image}, ${layer})`.execute(db);
    }
  }
}

/** Which layers each image needs, by their names. */
async function needs(db: Database): Promise<string[]> {
  const { rows } = await sql<{ image: string; layer: string; r: string; s: string }>`
    select i.digest as image, l.digest as layer, i.repository_id as r, l.repository_id as s from image_layers n
    join images i on i.number = n.image_number join layers l on l.number = n.layer_number`.execute(db);
  return rows.map((it) => `${it.r}/${it.image} needs ${it.s}/${it.layer}`).toSorted();
}

const ALL = ['r', 's'].flatMap((repository) =>
  ['one', 'two'].flatMap((image) =>
    [image, 'shared'].map((layer) => `${repository}/${image} needs ${repository}/${layer}`),
  ),
);

async function numbersOf(db: Database, table: 'images' | 'layers'): Promise<number[]> {
  const { rows } = await sql<{ number: unknown }>`select number from ${sql.table(table)}`.execute(db);
  return rows.map((it) => Number(it.number));
}

async function check(db: Database): Promise<void> {
  expect(await needs(db)).toEqual(ALL.toSorted());
  for (const table of ['images', 'layers'] as const) {
    const before = await numbersOf(db, table);
    const next = await sql<{ number: unknown }>`select number from ${sql.table(`next_of_${table}`)}`.execute(db);
    expect(Number(next.rows[0]?.number)).toBeGreaterThan(Math.max(...before));
    expect(new Set(before).size).toBe(before.length);
  }

  const needed = sql`delete from layers where repository_id = 'r' and digest = 'one'`;
  await expect(needed.execute(db)).rejects.toThrow(/foreign key/i);
  await sql`delete from images where repository_id = 'r' and digest = 'one'`.execute(db);
  await needed.execute(db);
  expect(await needs(db)).toEqual(ALL.filter((it) => !it.startsWith('r/one')).toSorted());
}

test('on SQLite images need the layers that they needed, and the database sees to it', async () => {
  const { db, close } = bareSqlite();
  await createRegistryTables(db, { text: 'text', bytes: 'blob' });
  await sql`analyze sqlite_schema`.execute(db);
  await fill(db);

  await numberImagesOnSqlite(db);

  await check(db);
  await close();
});

withPostgres('numbers of images on PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('have images need the layers that they needed, and the database sees to it', async () => {
    const { db, close } = await barePostgres(server.url());
    await createRegistryTables(db, { text: 'text', bytes: 'bytea' });
    await fill(db);

    await numberImagesOnPostgres(db);

    await check(db);
    await close();
  });
});
