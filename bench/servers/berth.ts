import { findRootKey } from '../../src/identity/access-keys.ts';
import { findSigner } from '../../src/identity/find-signer.ts';
import { issueLoginToken } from '../../src/identity/login-token.ts';
import { makeDataFolder } from '../../src/installation/data-folder.ts';
import { openWorld } from '../../src/open-world.ts';
import { createRepository } from '../../src/registry/create-repository.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { freePort } from '../../test/servers/free-ports.ts';
import { basic } from './basic.ts';
import { startProcess } from './process.ts';
import { REPOSITORY, type Server } from './server.ts';

/** As `npm start` does. */
export const NODE_OPTIONS = ['--max-old-space-size=2000', '--max-semi-space-size=8', '--heap-growing-percent=30'];
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const ACCOUNT = '123456789012';
const REGION = 'us-east-1';

export interface BerthServer extends Server {
  readonly registry: { readonly account: string; readonly region: string };
  readonly accessKey: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** From the start of the process to the first 200 of /readyz. */
  readonly readyMs: number;
}

type Variables = Readonly<Record<string, string>>;

/**
 * Runs the real program on `dataDir`, over plain HTTP where `tls` is not asked for, with its default settings but for
 * those in `environment`.
 */
export async function startBerth(
  dataDir: string,
  environment: Variables = {},
  { tls = false } = {},
): Promise<BerthServer> {
  const port = await freePort();
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const how = tls ? 'self-signed' : 'off';
  const args = [...NODE_OPTIONS, MAIN, 'serve', '--data-dir', dataDir, '--port', String(port), '--tls', how];
  const running = await startProcess(process.execPath, args, `${dataDir}.log`, environment);
  const readyMs = await running.answers(`${url}/readyz`);
  const { authorization, ...known } = await prepare(dataDir, environment);
  return {
    name: 'berth',
    url,
    pid: running.pid,
    headers: { authorization },
    readyMs,
    ...known,
    stop: running.stop,
  };
}

/** The repository and a login, made beside the server by the functions that its API calls. */
async function prepare(
  dataDir: string,
  environment: Variables,
): Promise<Pick<BerthServer, 'registry' | 'accessKey'> & { authorization: string }> {
  const asked = await readSettings({ flags: { dataDir }, environment });
  const settings = { ...asked, logLevel: 'silent' as const };
  const { world, close } = await openWorld(settings, await makeDataFolder(dataDir), { as: 'guest' });
  try {
    const registry = { account: ACCOUNT, region: REGION };
    const key = await findSigner(world, (await findRootKey(world, ACCOUNT))?.accessKeyId ?? '');
    if (key === undefined) throw new Error('The root key is not known.');
    // It may be there from an earlier start on the same folder, or from another node.
    await createRepository(world, { registry, repositoryName: REPOSITORY }).catch(() => undefined);
    const { password } = issueLoginToken(world, key, REGION);
    return {
      registry,
      accessKey: { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey },
      authorization: basic('AWS', password),
    };
  } finally {
    await close();
  }
}
