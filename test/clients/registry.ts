// The Berth that a client suite drives: the real program as a process of its own.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownBackends } from '../backends.ts';
import { berthProcess } from '../berth-process.ts';
import { run } from './run.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export interface RegistryOptions {
  /** HTTPS from a local authority, as Berth starts by default; false for plain HTTP. */
  readonly tls?: boolean;
  /** Variables of the process, beside those that it needs. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Registry {
  /** What stands in front of repository names: `127.0.0.1:PORT`, over plain HTTP `localhost:PORT`. */
  readonly host: string;
  readonly url: string;
  /** PEM of the authority to trust; undefined over plain HTTP. */
  readonly ca: string | undefined;
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Runs another command of the program beside the server, on the same data; resolves with what it printed. */
  berth(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a Berth with the default account and region, on the storage that the project's tests are to use. */
export async function startRegistry({ tls = true, environment: more = {} }: RegistryOptions = {}): Promise<Registry> {
  const { environment, remove } = await ownBackends();
  const berth = await berthProcess({
    flags: ['--port', '0', '--tls', tls ? 'self-signed' : 'off'],
    environment: { ...environment, ...more },
  });
  const { port } = new URL(berth.url);
  // Several clients take the *name* localhost for plain HTTP, whatever their flags say.
  const host = tls ? `127.0.0.1:${port}` : `localhost:${port}`;
  return {
    host,
    url: `${tls ? 'https' : 'http'}://${host}`,
    ca: tls ? await readFile(join(berth.dataDir, 'tls', 'ca.crt'), 'utf8') : undefined,
    account: '123456789012',
    region: 'us-east-1',
    accessKeyId: berth.accessKeyId,
    secretAccessKey: berth.secretAccessKey,
    berth: (...args) =>
      run(process.execPath, [MAIN, ...args, '--data-dir', berth.dataDir], {
        env: { PATH: process.env['PATH'] ?? '', ...environment },
      }),
    async stop() {
      await berth.stop();
      await remove();
    },
  };
}
