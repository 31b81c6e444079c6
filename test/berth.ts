import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settle } from '../src/background.ts';
import { type Berth, compose } from '../src/compose.ts';
import { findSigner } from '../src/identity/find-signer.ts';
import { issueLoginToken } from '../src/identity/login-token.ts';
import { createRepository } from '../src/registry/create-repository.ts';
import type { Repository } from '../src/registry/repository.ts';
import { readSettings } from '../src/settings/read-settings.ts';
import type { Settings } from '../src/settings/table.ts';
import { startLog } from '../src/telemetry/log.ts';
import type { RegistryId } from '../src/values/registry-id.ts';
import type { World } from '../src/world.ts';
import { ownBackends } from './backends.ts';

export interface BerthOptions {
  /** HTTPS from a local authority; plain HTTP otherwise. */
  readonly tls?: boolean;
  /** What differs from a test's usual settings. */
  readonly settings?: Partial<Settings>;
}

type CreateOptions = Omit<Parameters<typeof createRepository>[1], 'registry' | 'repositoryName'>;

export interface TestBerth {
  /** `http://127.0.0.1:PORT`. It stays the same over a restart, as do the login and the data. */
  readonly url: string;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly world: World;
  readonly settings: Settings;
  readonly registry: RegistryId;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A login token for the user AWS. */
  readonly password: string;
  /** The same as an Authorization header. */
  readonly authorization: string;
  /** PEM of the authority to trust; undefined over plain HTTP. */
  readonly ca: string | undefined;
  /** Everything that was logged so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Moves the clock, which stands still otherwise. */
  pass(ms: number): void;
  /** Does what follows from all that was changed until now, as far as it is due by the clock. */
  settle(): Promise<void>;
  createRepository(repositoryName: string, options?: CreateOptions): Promise<Repository>;
  /** Drains and starts again on the same folder and port. */
  restart(settings?: Partial<Settings>): Promise<void>;
  /** Ends at once and removes its folder. */
  stop(): Promise<void>;
}

/** A Berth of its own for a test: real storage in a folder of its own, a free port, a clock in hand. */
export async function startBerth({ tls = false, settings: asked = {} }: BerthOptions = {}): Promise<TestBerth> {
  const dataDir = await mkdtemp(join(tmpdir(), 'berth-test-'));
  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const log: Readonly<Record<string, unknown>>[] = [];
  const outside = { clock, log: startLog('debug', { write: (line) => log.push(JSON.parse(line)) }) };

  const usual = await readSettings({ flags: {}, environment: {} });
  const backends = await ownBackends();
  let settings: Settings = {
    ...usual,
    ...backends.settings,
    dataDir,
    port: 0,
    tls: { kind: tls ? 'self-signed' : 'off' },
    // A second's worth of calls would have to do for the whole test, with a clock that stands still.
    throttling: 'off',
    ...asked,
  };
  const remove = async () => {
    await rm(dataDir, { recursive: true, force: true });
    await backends.remove();
  };
  let running: Berth = await compose(settings, outside).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  settings = { ...settings, port: running.port };
  const host = `127.0.0.1:${running.port}`;
  const { accessKeyId, secretAccessKey } = running.root;
  const registry = { account: settings.accountId, region: settings.region[0] };
  const password = await loginOf(running.world, accessKeyId, registry.region);

  return {
    url: `${tls ? 'https' : 'http'}://${host}`,
    host,
    registry,
    accessKeyId,
    secretAccessKey,
    password,
    authorization: `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`,
    ca: running.authorityFile === undefined ? undefined : await readFile(running.authorityFile, 'utf8'),
    log,
    get world() {
      return running.world;
    },
    get settings() {
      return settings;
    },
    pass(ms) {
      now += ms;
    },
    settle: () => settle(running.world),
    createRepository: (repositoryName, options = {}) =>
      createRepository(running.world, { registry, repositoryName, ...options }),
    async restart(changed = {}) {
      await running.drain();
      settings = { ...settings, ...changed };
      running = await compose(settings, outside);
    },
    async stop() {
      await running.stop();
      await remove();
    },
  };
}

async function loginOf(world: World, accessKeyId: string, region: string): Promise<string> {
  const key = await findSigner(world, accessKeyId);
  if (key === undefined) throw new Error('The root key is not known.');
  return issueLoginToken(world, key, region).password;
}
