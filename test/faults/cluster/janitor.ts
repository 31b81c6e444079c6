import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FsckReport, fsck } from '../../../src/housekeeping/fsck.ts';
import { keepHouse } from '../../../src/housekeeping/keep-house.ts';
import { makeDataFolder } from '../../../src/installation/data-folder.ts';
import { openWorld } from '../../../src/open-world.ts';
import { readSettings } from '../../../src/settings/read-settings.ts';
import { startLog } from '../../../src/telemetry/log.ts';
import type { Cluster } from '../../cluster.ts';

/** Between two collections. */
const INTERVAL_MS = 500;

/** One more process of the cluster, as it were, that serves nobody. */
export interface Janitor {
  /** What `berth fsck --quick` finds. */
  look(): Promise<FsckReport>;
  /** No more collections; answers how many objects all of them removed. */
  stopCollecting(): Promise<number>;
  stop(): Promise<void>;
}

/** Collects garbage all the time, far more often than nodes do. What fails is tried again. */
export async function startJanitor(cluster: Cluster): Promise<Janitor> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-janitor-'));
  const settings = await readSettings({ flags: {}, environment: { ...cluster.environment, BERTH_DATA_DIR: folder } });
  const log = startLog('silent');
  const { world, close } = await openWorld(settings, await makeDataFolder(folder), { as: 'guest', log });
  const over = new AbortController();
  let removed = 0;
  const collecting = (async () => {
    while (!over.signal.aborted) {
      // The fault under test is a reason to fail; what comes of it is seen by fsck and by those who pull.
      const report = await keepHouse(world).catch(() => undefined);
      if (typeof report === 'object') removed += report.objectsRemoved;
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  })();
  const stopCollecting = async () => {
    over.abort();
    await collecting;
    return removed;
  };
  return {
    look: () => fsck(world, { repair: false, deep: false }),
    stopCollecting,
    async stop() {
      await stopCollecting();
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
