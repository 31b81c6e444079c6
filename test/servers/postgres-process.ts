// One PostgreSQL process over a folder, and the programs that come with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYSTEM_PATH } from '../clients/client.ts';
import { run } from '../clients/run.ts';
import { type SmallDisk, smallDisk } from '../faults/small-disk.ts';
import { freePort } from './free-ports.ts';

const ENVIRONMENT = { PATH: SYSTEM_PATH, LC_ALL: 'C' };
const INSTALLED = '/usr/lib/postgresql';

const IS_ROOT = process.getuid?.() === 0;

/** PostgreSQL refuses to run as root. The kernel ends what is started when the process of the tests ends. */
const AS_POSTGRES = [
  ...(IS_ROOT ? ['--reuid=postgres', '--regid=postgres', '--clear-groups'] : []),
  ...['--pdeathsig', 'KILL'],
];

/** The folder of the newest version's programs; undefined where there is none. */
export function postgresPrograms(): string | undefined {
  try {
    const versions = readdirSync(INSTALLED).toSorted((a, b) => Number(b) - Number(a));
    return versions[0] === undefined ? undefined : join(INSTALLED, versions[0], 'bin');
  } catch {
    return undefined;
  }
}

/** A disk of so many MiB that the server's user owns, in memory. */
export function postgresDisk(sizeInMib: number): Promise<SmallDisk> {
  return smallDisk(sizeInMib, IS_ROOT ? 'postgres' : undefined);
}

/** A new folder that the server's user owns. */
export async function postgresFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-postgres-'));
  await giveToPostgres(folder);
  return folder;
}

/** Lets the server's user have the file or folder. */
export async function giveToPostgres(path: string): Promise<void> {
  if (IS_ROOT) await run('chown', ['postgres:postgres', path], { env: ENVIRONMENT, timeoutMs: 5000 });
}

/** Runs one of PostgreSQL's programs to its end, as the server's user. */
export async function runPostgresProgram(folder: string, name: string, ...args: readonly string[]): Promise<void> {
  await run('setpriv', [...AS_POSTGRES, programOf(name), ...args], {
    cwd: folder,
    env: ENVIRONMENT,
    timeoutMs: 60_000,
  });
}

/** Starts any program as the server's user. */
export function spawnAsPostgres(folder: string, program: string, args: readonly string[]): ChildProcess {
  return spawn('setpriv', [...AS_POSTGRES, program, ...args], {
    cwd: folder,
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

export interface PostgresProcess {
  readonly port: number;
  /** Starts it, or starts it again, and waits until it takes connections. */
  start(): Promise<void>;
  /** Whether it was started and has not ended since. */
  isRunning(): boolean;
  /** Ends it as an administrator does: open transactions are rolled back. */
  stop(): Promise<void>;
  /** Ends it and all its children as a power cut does. */
  kill(): Promise<void>;
}

/**
 * A server over the cluster in `folder/data`, whose socket lies in `folder`. It is not started yet.
 *
 * @param settings as they stand in postgresql.conf: `max_connections=10`
 */
export async function postgresProcess(folder: string, settings: readonly string[]): Promise<PostgresProcess> {
  const data = join(folder, 'data');
  const port = await freePort();
  const args = ['-D', data, '-k', folder, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])];
  let child: ChildProcess | undefined;
  let log = '';

  async function isReady(pid: number | undefined): Promise<boolean> {
    const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    return lines[0] === `${pid}` && ['ready', 'standby'].includes(lines[7]?.trim() ?? '');
  }

  async function end(signal: (running: ChildProcess) => void): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    signal(child);
    await gone;
  }

  return {
    port,
    async start() {
      log = '';
      const started = spawnAsPostgres(folder, programOf('postgres'), args);
      child = started;
      started.stderr?.on('data', (chunk: Buffer) => {
        log = `${log}${chunk}`.slice(-4000);
      });
      const deadline = Date.now() + 30_000;
      while (!(await isReady(started.pid))) {
        if (started.exitCode !== null || started.signalCode !== null || Date.now() > deadline) {
          started.kill('SIGKILL');
          throw new Error(`PostgreSQL did not start: ${log}`);
        }
        await tick();
      }
    },
    isRunning: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    stop: () => end((running) => running.kill('SIGINT')),
    async kill() {
      const backends = child?.pid === undefined ? [] : await childrenOf(child.pid);
      await end((running) => running.kill('SIGKILL'));
      for (const pid of backends) killQuietly(pid);
      while ((await Promise.all(backends.map(isAlive))).includes(true)) await tick();
    },
  };
}

/** Removes what `postgresFolder` made; the server must have ended. */
export function removePostgresFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

function programOf(name: string): string {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not on this machine: the suite must say that it needs it');
  return join(programs, name);
}

async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return list
    .split(' ')
    .map(Number)
    .filter((it) => it > 0);
}

/** One that nobody has waited for yet has ended all the same. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) [ZX] /.test(status);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself, once it saw that its parent had.
  }
}

/** Another process gives no sign that something has come true; asking again is all that there is. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
