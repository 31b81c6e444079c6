import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { basic } from './basic.ts';
import { freePort, startProcess } from './process.ts';
import type { Server } from './server.ts';
import { tokenFor } from './token.ts';

const run = promisify(execFile);

/**
 * How the peer knows its callers: not at all, by password file (bcrypt, the only kind that it takes), or by a signed
 * token, whose signature it verifies each time.
 */
export type PeerLogin = 'none' | 'htpasswd' | 'token';

/** Runs docker-registry, configured as its Debian package does, on a new folder at `dataDir`. */
export async function startPeer(dataDir: string, login: PeerLogin = 'none'): Promise<Server> {
  await mkdir(dataDir, { recursive: true });
  const port = await freePort();
  const { config, headers } = await loginOf(dataDir, login);
  const file = join(dataDir, 'config.yml');
  await writeFile(file, JSON.stringify(configuration(join(dataDir, 'storage'), port, config)));

  const url = `http://127.0.0.1:${port}`;
  const running = await startProcess('docker-registry', ['serve', file], `${dataDir}.log`);
  await running.answers(`${url}/v2/`, headers);
  return { name: 'docker-registry', url, pid: running.pid, headers, stop: running.stop };
}

function configuration(rootdirectory: string, port: number, auth: object | undefined): object {
  return {
    version: 0.1,
    log: { fields: { service: 'registry' } },
    storage: { cache: { blobdescriptor: 'inmemory' }, filesystem: { rootdirectory }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'of-this-run', headers: { 'X-Content-Type-Options': ['nosniff'] } },
    health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
    ...(auth && { auth }),
  };
}

async function loginOf(
  dataDir: string,
  login: PeerLogin,
): Promise<{ config: object | undefined; headers: Readonly<Record<string, string>> }> {
  if (login === 'none') return { config: undefined, headers: {} };
  if (login === 'htpasswd') {
    const path = join(dataDir, 'htpasswd');
    // htpasswd's own default of bcrypt rounds.
    const { stdout } = await run('htpasswd', ['-nbB', 'bench', 'password']);
    await writeFile(path, stdout);
    return {
      config: { htpasswd: { realm: 'bench', path } },
      headers: { authorization: basic('bench', 'password') },
    };
  }
  const { token, settings } = await tokenFor(dataDir);
  return { config: { token: settings }, headers: { authorization: `Bearer ${token}` } };
}
