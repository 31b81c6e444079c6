// A pooler in front of a PostgreSQL, in transaction mode: what many installations have between.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findOnPath, sayMissing } from '../clients/client.ts';
import { freePort } from './free-ports.ts';
import { type PostgresServer, withPostgres } from './postgres.ts';
import { giveToPostgres, postgresFolder, removePostgresFolder, spawnAsPostgres, tick } from './postgres-process.ts';

export interface Pgbouncer {
  /** How to reach a database of the server through the pooler. */
  url(database: string): string;
  /** How to reach the database of that URL of the server's through the pooler. */
  through(url: string): string;
  stop(): Promise<void>;
}

/** One suite that needs PostgreSQL and pgbouncer; skipped, or failing, where one is missing. */
export function withPgbouncer(title: string, define: () => void): void {
  if (findOnPath('pgbouncer') === undefined) sayMissing(title, ['pgbouncer']);
  else withPostgres(title, define);
}

/** Starts a pooler in front of `server`; a transaction at a time has one of its `poolSize` connections. */
export async function startPgbouncer(
  server: Pick<PostgresServer, 'folder' | 'port'>,
  { poolSize = 20 }: { poolSize?: number } = {},
): Promise<Pgbouncer> {
  const folder = await postgresFolder();
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, configuration(folder, port, { server, poolSize }));
  await giveToPostgres(file);
  const child = spawnAsPostgres(folder, findOnPath('pgbouncer') ?? 'pgbouncer', ['-q', file]);
  child.stderr?.resume();
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await removePostgresFolder(folder);
  };
  for (const deadline = Date.now() + 10_000; !(await answers(port)); await tick()) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error('pgbouncer did not start');
  }
  const url = (database: string) => `postgres://berth@127.0.0.1:${port}/${database}?sslmode=disable`;
  return { url, through: (direct) => url(/\/([^/?]*)(?:\?|$)/.exec(direct)?.[1] ?? ''), stop };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function configuration(
  folder: string,
  port: number,
  options: { server: Pick<PostgresServer, 'folder' | 'port'>; poolSize: number },
): string {
  return `[databases]
* = host=${options.server.folder} port=${options.server.port} user=berth

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
logfile = ${join(folder, 'pgbouncer.log')}
pidfile = ${join(folder, 'pgbouncer.pid')}
auth_type = any
pool_mode = transaction
default_pool_size = ${options.poolSize}
max_client_conn = 1000
; Usually 15 seconds, in which everybody is refused after a restart of the server.
server_login_retry = 1
`;
}
