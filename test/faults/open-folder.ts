import { makeDataFolder } from '../../src/installation/data-folder.ts';
import { type OpenWorld, openWorld } from '../../src/open-world.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { startLog } from '../../src/telemetry/log.ts';

/** Opens a data folder as a command beside the server does: real storage, nothing that listens. */
export async function openFolder(path: string): Promise<OpenWorld> {
  const settings = await readSettings({ flags: {}, environment: {} });
  return openWorld(settings, await makeDataFolder(path), { as: 'owner', log: startLog('silent') });
}
