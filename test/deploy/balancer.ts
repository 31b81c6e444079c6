// A load balancer of the deploy folder's samples, as a process of its own in front of whatever a test calls a node.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYSTEM_PATH } from '../clients/client.ts';
import { type Daemon, startDaemon } from '../clients/run.ts';
import { freePort } from '../servers/free-ports.ts';
import { type Addresses, haproxySample, nginxSample } from './balancer-sample.ts';

export type BalancerKind = 'haproxy' | 'nginx';

export interface Balancer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts one on a free port; it serves when this resolves. */
export async function startBalancer(kind: BalancerKind, addresses: Omit<Addresses, 'listen'>): Promise<Balancer> {
  const folder = await mkdtemp(join(tmpdir(), 'bb-')); // short: a socket's path lies in it
  try {
    const host = `127.0.0.1:${await freePort()}`;
    const daemon = await start(kind, folder, { ...addresses, listen: host });
    return {
      host,
      async stop() {
        await daemon.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function start(kind: BalancerKind, folder: string, addresses: Addresses): Promise<Daemon> {
  const file = join(folder, `${kind}.conf`);
  const isHaproxy = kind === 'haproxy';
  await writeFile(file, await (isHaproxy ? haproxySample(addresses, join(folder, 'admin')) : nginxSample(addresses)));
  // One process that stays in the foreground, which the kernel ends with the process of the tests.
  const command = isHaproxy
    ? ['haproxy', '-db', '-f', file]
    : ['nginx', '-p', `${folder}/`, '-e', 'stderr', '-c', file, '-g', 'daemon off; master_process off; pid pid;'];
  const port = Number(addresses.listen.split(':')[1]);
  return startDaemon('setpriv', ['--pdeathsig', 'KILL', ...command], { env: { PATH: SYSTEM_PATH }, cwd: folder }, () =>
    accepts(port),
  );
}

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1')
    .once('connect', () => resolve(true))
    .once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
