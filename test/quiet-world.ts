import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDataFolder } from '../src/installation/data-folder.ts';
import { openWorld } from '../src/open-world.ts';
import { readSettings } from '../src/settings/read-settings.ts';
import { startLog } from '../src/telemetry/log.ts';
import type { RegistryId } from '../src/values/registry-id.ts';
import type { World } from '../src/world.ts';
import { ownBackends } from './backends.ts';

export interface QuietWorld {
  readonly world: World;
  readonly registry: RegistryId;
  /** Whether it keeps its data in PostgreSQL and S3. */
  readonly isClustered: boolean;
  /** Address of its PostgreSQL, or path of its SQLite. */
  readonly database: string;
  /** Everything that was logged so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Moves the clock, which stands still otherwise. */
  pass(ms: number): void;
  stop(): Promise<void>;
}

/** Real storage in which nothing happens by itself: for tests of what goes on in the background. */
export async function quietWorld(): Promise<QuietWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'berth-quiet-'));
  const backends = await ownBackends();
  let now = Date.now();
  const log: Readonly<Record<string, unknown>>[] = [];
  const settings = { ...(await readSettings({ flags: {}, environment: {} })), ...backends.settings, dataDir };
  const folder = await makeDataFolder(dataDir);
  const { world, close } = await openWorld(settings, folder, {
    as: 'owner',
    clock: { now: () => new Date(now) },
    log: startLog('debug', { write: (line) => log.push(JSON.parse(line)) }),
  });
  return {
    world,
    registry: { account: settings.accountId, region: settings.region[0] },
    isClustered: settings.database !== undefined,
    database: settings.database ?? folder.database,
    log,
    pass(ms) {
      now += ms;
    },
    async stop() {
      await close();
      await backends.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
