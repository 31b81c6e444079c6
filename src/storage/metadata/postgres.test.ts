import { afterAll, beforeAll, expect, test } from 'vitest';
import { metadataContract } from '../../../test/contract/metadata.ts';
import { type Pgbouncer, startPgbouncer, withPgbouncer } from '../../../test/servers/pgbouncer.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../../../test/servers/postgres.ts';
import { UnfitDatabase } from './port.ts';
import { openPostgres } from './postgres.ts';

const silent = { warn: () => undefined };

withPostgres('PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  metadataContract('PostgreSQL', async () => {
    const metadata = await openPostgres(await server.createDatabase(), { as: 'owner', connections: 10, log: silent });
    return { metadata, stop: metadata.close };
  });

  test('a database that is unfit is refused with the reason, before anything is made in it', async () => {
    await server.query("create database unfit encoding 'SQL_ASCII' template template0");
    const options = { as: 'owner', connections: 1, log: silent } as const;

    await expect(openPostgres(server.url('unfit'), options)).rejects.toEqual(
      new UnfitDatabase("The encoding of the database is SQL_ASCII. Create it with encoding 'UTF8'."),
    );
    expect(await server.query("select 1 from pg_tables where schemaname = 'public'", 'unfit')).toEqual([]);
  });
});

withPgbouncer('PostgreSQL behind a pooler', () => {
  let server: PostgresServer;
  let pooler: Pgbouncer;
  beforeAll(async () => {
    server = await startPostgres();
    pooler = await startPgbouncer(server, { poolSize: 3 });
  });
  afterAll(async () => {
    await pooler.stop();
    await server.stop();
  });

  metadataContract('PostgreSQL behind a pooler', async () => {
    const url = pooler.through(await server.createDatabase());
    const metadata = await openPostgres(url, { as: 'owner', connections: 10, log: silent });
    return { metadata, stop: metadata.close };
  });
});
