import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { openSqlite } from '../../src/storage/metadata/sqlite.ts';
import { startPostgres, withPostgres } from '../../test/servers/postgres.ts';
import { seedPostgres } from './seed-postgres.ts';
import { seedSqlite } from './seed-sqlite.ts';
import { EXPIRED, LAYERS_OF_IMAGE, NEW_LAYERS, shapeOf, tagOf } from './shape.ts';

/** Small, and still each repository has more layers than an image. */
const SHAPE = shapeOf(5_000);

/** How many rows there are, and what the first repository says of its first tag. */
async function seeded(metadata: Awaited<ReturnType<typeof openSqlite>>) {
  return metadata.read(async (tx) => {
    const { rows } = await sql<Record<string, unknown>>`
      select (select count(*) from images) as images, (select count(*) from image_layers) as links,
        (select count(*) from layers) as layers, (select count(*) from objects where state = 'live') as objects,
        (select count(*) from tags join images i on i.repository_id = tags.repository_id and i.digest = tags.digest
         where tag = ${tagOf(0)} and i.status = 'ACTIVE' and tags.repository_id = ${SHAPE.repositories[0]?.id}) as first`.execute(
      tx,
    );
    return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, count]) => [name, Number(count)]));
  });
}

const WANTED = {
  images: 5_000,
  links: 5_000 * LAYERS_OF_IMAGE,
  layers: 5_000 * NEW_LAYERS + EXPIRED,
  objects: 5_000 * NEW_LAYERS + EXPIRED,
  first: 1,
};

test('the many images of a measurement fit the tables of SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-seed-'));
  const file = join(folder, 'berth.db');
  await (await openSqlite(file)).close();
  seedSqlite(file, SHAPE);
  const metadata = await openSqlite(file);
  expect(await seeded(metadata)).toEqual(WANTED);
  await metadata.close();
  await rm(folder, { recursive: true });
});

withPostgres('the many images of a measurement', () => {
  test('fit the tables of PostgreSQL', async () => {
    const server = await startPostgres();
    const open = () => openPostgres(server.url(), { as: 'owner', connections: 1, log: { warn: () => undefined } });
    await (await open()).close();
    await seedPostgres(server.url(), SHAPE);
    const metadata = await open();
    expect(await seeded(metadata)).toEqual(WANTED);
    await metadata.close();
    await server.stop();
  });
});
