import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { S3Server } from '../../test/servers/ceph.ts';
import { freePort } from '../../test/servers/free-ports.ts';
import { basic } from './basic.ts';
import { startProcess } from './process.ts';
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
  return startPeerOn(dataDir, { filesystem: { rootdirectory: join(dataDir, 'storage') } }, login);
}

/** The same, but that it keeps all in a bucket and sends the bytes itself, as Berth does. Asks nobody who they are. */
export async function startPeerOnS3(dataDir: string, s3: S3Server): Promise<Server> {
  const { endpoint: regionendpoint, region, accessKeyId: accesskey, secretAccessKey: secretkey } = s3;
  const bucket = await s3.createBucket();
  const driver = { regionendpoint, region, accesskey, secretkey, bucket, secure: false, v4auth: true };
  return startPeerOn(dataDir, { s3: driver, redirect: { disable: true } }, 'none');
}

async function startPeerOn(dataDir: string, storage: object, login: PeerLogin): Promise<Server> {
  await mkdir(dataDir, { recursive: true });
  const port = await freePort();
  const { config, headers } = await loginOf(dataDir, login);
  const file = join(dataDir, 'config.yml');
  await writeFile(file, JSON.stringify(configuration(storage, port, config)));

  const url = `http://127.0.0.1:${port}`;
  const running = await startProcess('docker-registry', ['serve', file], `${dataDir}.log`);
  await running.answers(`${url}/v2/`, headers);
  return { name: 'docker-registry', url, pid: running.pid, headers, stop: running.stop };
}

function configuration(storage: object, port: number, auth: object | undefined): object {
  return {
    version: 0.1,
    log: { fields: { service: 'registry' } },
    storage: { cache: { blobdescriptor: 'inmemory' }, delete: { enabled: true }, ...storage },
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
