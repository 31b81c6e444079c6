import { access } from 'node:fs/promises';
import { openWorld } from '../../compose.ts';
import { startLog } from '../../telemetry/log.ts';
import type { Check, Finding } from './finding.ts';

/** The database and the layers, by using both as the server does. */
export const checkStorage: Check = async (settings, folder) => {
  const isThere = await access(folder.database).then(
    () => true,
    () => false,
  );
  if (!isThere) return [{ check: 'database', state: 'unknown', detail: 'not there; the first start makes it' }];

  try {
    const { world, close } = await openWorld(settings, folder, { as: 'guest', log: startLog('silent') });
    try {
      return [
        await probe('database', world.metadata.probe(), `look at ${folder.database}, or put it back from a backup`),
        await probe('layers', world.blobs.probe(), `look at ${folder.blobs}: rights, room, and the disk itself`),
      ];
    } finally {
      await close();
    }
  } catch (error) {
    const mend = 'follow the text above; a backup of the whole folder is the way back';
    return [{ check: 'database', state: 'wrong', detail: textOf(error), mend }];
  }
};

async function probe(check: string, work: Promise<void>, mend: string): Promise<Finding> {
  return work.then(
    (): Finding => ({ check, state: 'good', detail: 'can be read and written' }),
    (error: unknown): Finding => ({ check, state: 'wrong', detail: textOf(error), mend }),
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
