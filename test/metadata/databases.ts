// One PostgreSQL for the tests of a file, and a database with all tables for each of them.
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';

export interface Databases {
  readonly server: PostgresServer;
  /** A new one in place of the one before: a copy, which is quicker than all migrations. */
  create(): Promise<{ readonly name: string; readonly url: string }>;
}

export async function startDatabases(): Promise<Databases> {
  const server = await startPostgres({ fsync: true });
  await server.query('create database migrated');
  const silent = { warn: () => undefined };
  const migrated = await openPostgres(server.url('migrated'), { as: 'owner', connections: 1, log: silent });
  await migrated.close();
  let made = 0;
  return {
    server,
    async create() {
      // What a server has it goes through when it starts again after a crash.
      await server.query(`drop database if exists of_test_${made} with (force)`);
      made += 1;
      const name = `of_test_${made}`;
      await server.query(`create database ${name} template migrated`);
      return { name, url: server.url(name) };
    },
  };
}
