// A real PostgreSQL: a cluster of the caller's own in about a second, in a folder that goes with it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe } from 'vitest';
import { sayMissing } from '../clients/client.ts';
import type { SmallDisk } from '../faults/small-disk.ts';
import {
  giveToPostgres,
  type PostgresProcess,
  postgresDisk,
  postgresFolder,
  postgresProcess,
  postgresPrograms,
  removePostgresFolder,
  runPostgresProgram,
  tick,
} from './postgres-process.ts';

export interface PostgresOptions {
  /** Whether commits wait for the disk; off unless durability is the subject. */
  readonly fsync?: boolean;
  /** Lines of postgresql.conf: `max_connections=10`. */
  readonly extra?: readonly string[];
  /** Whether `url` and `createDatabase` answer the address on 127.0.0.1 rather than that of the socket. */
  readonly tcp?: boolean;
  /** Its data is on a disk of its own, of so many MiB, in memory: for who may mount. */
  readonly diskInMib?: number;
  /** Files that the server is to find in its data folder: certificates and keys. */
  readonly files?: Readonly<Record<string, string>>;
}

interface Address {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Where the socket lies. */
  readonly folder: string;
  /** How to connect, as a superuser without a password. */
  url(database?: string): string;
  /** Runs one statement and answers its rows. */
  query(statement: string, database?: string): Promise<Readonly<Record<string, unknown>>[]>;
}

export interface PostgresServer extends Address {
  /** A new, empty database; answers its URL. */
  createDatabase(): Promise<string>;
  /** Ends it as an administrator does, and starts it again at the same address. */
  restart(): Promise<void>;
  /** Ends it and its children as a power cut does. */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  start(): Promise<void>;
  /** Its own disk; undefined when it has none. */
  readonly disk: Pick<SmallDisk, 'fill' | 'makeRoom'> | undefined;
  /** What an administrator does who finds it ended by itself. */
  startIfEnded(): Promise<void>;
  /** A standby that follows this server; with `synchronous` no commit is acknowledged before it has it. */
  addStandby(options?: { synchronous?: boolean }): Promise<Standby>;
  /** Ends it and its standbys and removes everything. */
  stop(): Promise<void>;
}

interface Standby extends Address {
  /** Lets it take writes. */
  promote(): Promise<void>;
  kill(): Promise<void>;
}

/** Settings for many small servers on one machine; the names of a standby's must be those of its primary. */
const SMALL = [
  'shared_buffers=16MB',
  // In its folder: what is left elsewhere by one that is killed stays until the machine is started again.
  'dynamic_shared_memory_type=mmap',
  'max_wal_senders=4',
  'wal_keep_size=64MB',
  'wal_retrieve_retry_interval=100ms',
  'listen_addresses=127.0.0.1',
];

export function hasPostgres(): boolean {
  return postgresPrograms() !== undefined;
}

/** One suite that needs PostgreSQL; skipped, or failing, where it is missing. */
export function withPostgres(title: string, define: () => void): void {
  if (hasPostgres()) describe(title, define);
  else sayMissing(title, ['postgresql']);
}

/** Starts a PostgreSQL of the caller's own. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { fsync = false, extra = [], tcp = false, files = {}, diskInMib } = options;
  const settings = [...SMALL, `fsync=${fsync ? 'on' : 'off'}`, ...extra];
  const disk = diskInMib === undefined ? undefined : await postgresDisk(diskInMib);
  const folder = disk?.fromHere ?? (await postgresFolder());
  const remove = async () => (disk ? disk[Symbol.asyncDispose]() : removePostgresFolder(folder));
  const data = join(folder, 'data');
  const standbys: (() => Promise<void>)[] = [];
  let server: PostgresProcess;
  try {
    await runPostgresProgram(folder, 'initdb', '-D', data, '-A', 'trust', '-U', 'berth', '-E', 'UTF8', ...QUICKLY);
    await writeFiles(folder, files);
    server = await postgresProcess(folder, settings);
    await server.start();
  } catch (error) {
    await remove();
    throw error;
  }
  const address = addressOf(folder, server.port, tcp);

  return {
    ...address,
    async createDatabase() {
      const name = `d${crypto.randomUUID().replaceAll('-', '')}`;
      await address.query(`create database ${name}`);
      return address.url(name);
    },
    async restart() {
      await server.stop();
      await server.start();
    },
    kill: server.kill,
    start: server.start,
    disk,
    startIfEnded: async () => (server.isRunning() ? undefined : server.start()),
    async addStandby({ synchronous = false } = {}) {
      const { standby, stop } = await startStandby(address, settings, tcp);
      standbys.push(stop);
      if (synchronous) await waitForEveryStandby(address, standbys.length);
      return standby;
    },
    async stop() {
      await Promise.all([server.kill(), ...standbys.map((stop) => stop())]);
      await remove();
    },
  };
}

const QUICKLY = ['--no-sync', '--no-locale'];

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'data', name);
    await writeFile(path, text, { mode: 0o600 });
    await giveToPostgres(path);
  }
}

async function startStandby(
  primary: Address,
  settings: readonly string[],
  tcp: boolean,
): Promise<{ standby: Standby; stop(): Promise<void> }> {
  const folder = await postgresFolder();
  const data = join(folder, 'data');
  try {
    const from = ['-h', primary.folder, '-p', `${primary.port}`, '-U', 'berth'];
    await runPostgresProgram(folder, 'pg_basebackup', ...from, '-D', data, '-R', '-X', 'stream', '-c', 'fast', '-N');
    const server = await postgresProcess(folder, settings);
    await server.start();
    const standby = {
      ...addressOf(folder, server.port, tcp),
      promote: () => runPostgresProgram(folder, 'pg_ctl', '-s', '-w', '-D', data, 'promote'),
      kill: server.kill,
    };
    const stop = async () => {
      await server.kill();
      await removePostgresFolder(folder);
    };
    return { standby, stop };
  } catch (error) {
    await removePostgresFolder(folder);
    throw error;
  }
}

async function waitForEveryStandby(primary: Address, standbys: number): Promise<void> {
  await primary.query("alter system set synchronous_standby_names = '*'");
  await primary.query('select pg_reload_conf()');
  for (;;) {
    const rows = await primary.query("select 1 from pg_stat_replication where sync_state in ('sync', 'potential')");
    if (rows.length >= standbys) return;
    await tick();
  }
}

function addressOf(folder: string, port: number, tcp: boolean): Address {
  const url = (database = 'postgres') =>
    tcp
      ? `postgres://berth@127.0.0.1:${port}/${database}?sslmode=disable`
      : `postgres://berth@/${database}?host=${encodeURIComponent(folder)}&port=${port}`;
  return {
    port,
    folder,
    url,
    async query(statement, database = 'postgres') {
      const client = new Client({ host: folder, port, user: 'berth', database });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(statement)).rows;
      } finally {
        await client.end();
      }
    },
  };
}
