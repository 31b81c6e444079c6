import { access } from 'node:fs/promises';
import { dataFolder, makeDataFolder } from '../installation/data-folder.ts';
import { openWorld } from '../open-world.ts';
import { startLog } from '../telemetry/log.ts';
import type { World } from '../world.ts';
import { CommandFailed } from './exit-codes.ts';
import { settingsFor } from './setting-flags.ts';

/**
 * Runs `work` on the data that the options name; a server may run beside it.
 *
 * @throws CommandFailed when there are no data
 */
export async function withWorld<T>(
  options: Readonly<Record<string, unknown>>,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const settings = await settingsFor(options);
  const folder = dataFolder(settings.dataDir);
  if (settings.database === undefined) {
    await access(folder.database).catch(() => {
      throw new CommandFailed(`${folder.path} holds no Berth. Name its folder with --data-dir.`);
    });
  } else {
    // A guest of a database elsewhere needs no folder but for a root key.
    await makeDataFolder(folder.path);
  }
  const { world, close } = await openWorld(settings, folder, { as: 'guest', log: startLog('silent') });
  try {
    return await work(world);
  } finally {
    await close();
  }
}
