import { keepHouse } from '../../../src/housekeeping/keep-house.ts';
import { makeDataFolder } from '../../../src/installation/data-folder.ts';
import { openWorld } from '../../../src/open-world.ts';
import { readSettings } from '../../../src/settings/read-settings.ts';
import { startLog } from '../../../src/telemetry/log.ts';
import type { Cluster } from '../../cluster.ts';

/** Between two collections. */
const INTERVAL_MS = 500;

/**
 * Collects garbage all the time, as one more process of the cluster would that is at it far more often than nodes are.
 * What fails is tried again. The answer ends it, and says how many objects were removed.
 */
export async function collectAllTheTime(cluster: Cluster, folder: string): Promise<() => Promise<number>> {
  const settings = await readSettings({ flags: {}, environment: { ...cluster.environment, BERTH_DATA_DIR: folder } });
  const log = startLog('silent');
  const { world, close } = await openWorld(settings, await makeDataFolder(folder), { as: 'guest', log });
  const over = new AbortController();
  let removed = 0;
  const running = (async () => {
    while (!over.signal.aborted) {
      // The fault under test is a reason to fail; what comes of it is seen by fsck and by those who pull.
      const report = await keepHouse(world).catch(() => undefined);
      if (typeof report === 'object') removed += report.objectsRemoved;
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  })();
  return async () => {
    over.abort();
    await running;
    await close();
    return removed;
  };
}
