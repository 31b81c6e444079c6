// A containerd of the test's own, and the `ctr` that speaks to it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from './client.ts';
import { attempt, type Daemon, run, startDaemon } from './run.ts';
import type { Stage } from './stage.ts';

export interface Containerd {
  ctr(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts containerd with everything it keeps inside the stage's home. */
export async function startContainerd(stage: Stage, client: Client): Promise<Containerd> {
  const home = join(stage.home, `ctrd-${client.age}`);
  const socket = join(home, 'c.sock');
  mkdirSync(home);
  const config = [
    `version = ${client.age === 'old' ? 2 : 3}`,
    `root = '${home}/root'`,
    `state = '${home}/state'`,
    `disabled_plugins = ['io.containerd.grpc.v1.cri', 'io.containerd.internal.v1.opt']`,
    `[grpc]\naddress = '${socket}'`,
    `[ttrpc]\naddress = '${socket}.ttrpc'`,
  ];
  writeFileSync(join(home, 'config.toml'), `${config.join('\n')}\n`);
  writeHosts(stage, join(home, 'hosts'));

  const env = stage.env(client.age);
  const ctr = join(dirname(client.program), 'ctr');
  const isReady = async () => (await attempt(ctr, ['-a', socket, 'version'], { env })).code === 0;
  const daemon: Daemon = await startDaemon(client.program, ['-c', join(home, 'config.toml')], { env }, isReady);
  return {
    ctr: (...args) => run(ctr, ['-a', socket, ...args], { env, cwd: stage.home }),
    stop: daemon.stop,
  };
}

/** What `ctr images pull` and `push` need to reach the registry: the login, and where the certificate is. */
export function ctrAccess(stage: Stage, client: Client): string[] {
  const hosts = join(stage.home, `ctrd-${client.age}`, 'hosts');
  return ['--user', `AWS:${stage.password}`, '--hosts-dir', hosts];
}

/** containerd takes a registry on loopback for plain HTTP, whatever its flags say; only a file for the host convinces it. */
function writeHosts(stage: Stage, folder: string): void {
  const { host, url, ca } = stage.registry;
  mkdirSync(join(folder, host), { recursive: true });
  const trust = ca === undefined ? '' : `ca = '${join(stage.home, 'ca.crt')}'\n`;
  const text = `server = '${url}'\n[host.'${url}']\ncapabilities = ['pull', 'resolve', 'push']\n${trust}`;
  writeFileSync(join(folder, host, 'hosts.toml'), text);
}
