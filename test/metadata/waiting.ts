import { Client } from 'pg';
import type { PostgresServer } from '../servers/postgres.ts';
import { tick } from '../servers/postgres-process.ts';

/** Waits until it is so; the test's own time limit ends it. */
export async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await tick();
}

/** Holds an advisory lock until it is released. */
export async function holdLock(
  server: PostgresServer,
  key: number,
  database = 'postgres',
): Promise<{ release(): Promise<void> }> {
  const client = new Client({ host: server.folder, port: server.port, user: 'berth', database });
  await client.connect();
  await client.query('select pg_advisory_lock($1)', [key]);
  return { release: () => client.end() };
}

/** How many sessions wait for a lock. */
export async function blockedSessions(server: PostgresServer): Promise<number> {
  return (await server.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).length;
}
