import { afterAll, beforeAll } from 'vitest';
import { metadataContract } from '../../../test/contract/metadata.ts';
import { type Pgbouncer, startPgbouncer, withPgbouncer } from '../../../test/servers/pgbouncer.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../../../test/servers/postgres.ts';
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
