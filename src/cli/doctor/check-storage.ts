import { access } from 'node:fs/promises';
import type { DataFolder } from '../../installation/data-folder.ts';
import { openBlobs, openWorld } from '../../open-world.ts';
import type { Settings } from '../../settings/table.ts';
import { NotStarted } from '../../storage/metadata/port.ts';
import { startLog } from '../../telemetry/log.ts';
import type { World } from '../../world.ts';
import type { Check, Finding } from './finding.ts';

/** The database and the layers, by using both as the server does. */
export const checkStorage: Check = async (settings, folder) => [
  ...(await checkDatabase(settings, folder)),
  ...(await examineStore(settings, folder)),
];

async function checkDatabase(settings: Settings, folder: DataFolder): Promise<Finding[]> {
  const isThere = settings.database !== undefined || (await exists(folder.database));
  if (!isThere) return [{ check: 'database', state: 'unknown', detail: 'not there; the first start makes it' }];

  const database = settings.database === undefined ? folder.database : 'PostgreSQL';
  const layers = placeOfLayers(settings, folder);
  try {
    const { world, close } = await openWorld(settings, folder, { as: 'guest', log: startLog('silent') });
    try {
      return [
        await probe('database', world.metadata.probe(), `look at ${database}, or put it back from a backup`),
        await probe('layers', world.blobs.probe(), `look at ${layers}: rights, room, and the storage itself`),
        ...(await warningsOf(world)),
      ];
    } finally {
      await close();
    }
  } catch (error) {
    if (error instanceof NotStarted) {
      return [{ check: 'database', state: 'unknown', detail: 'can be reached; the first start makes its tables' }];
    }
    const mend =
      'follow the text above; see docs/deploying.md for what PostgreSQL and S3 must be given, docs/backup.md for the way back';
    return [{ check: 'storage', state: 'wrong', detail: textOf(error), mend }];
  }
}

function placeOfLayers({ storage }: Settings, folder: DataFolder): string {
  return storage === undefined ? folder.blobs : `s3://${storage.bucket}/${storage.prefix}`;
}

async function warningsOf({ metadata }: Pick<World, 'metadata'>): Promise<Finding[]> {
  const warnings = (await metadata.warnings?.().catch(() => [])) ?? [];
  const mend = 'set it on in postgresql.conf, and reload';
  return warnings.map((detail): Finding => ({ check: 'database', state: 'wrong', detail, mend }));
}

/** What the store is relied on for, tried one by one; before the first start too. */
async function examineStore(settings: Settings, folder: DataFolder): Promise<Finding[]> {
  if (settings.storage === undefined) return [];
  const blobs = await openBlobs(settings, folder, startLog('silent'));
  try {
    const examined = (await blobs.examine?.()) ?? [];
    return examined.map(({ what, state, detail }): Finding => {
      const check = `S3: ${what}`;
      if (state !== 'missing') return { check, state: 'good', detail };
      return {
        check,
        state: 'wrong',
        detail,
        mend: `look at ${placeOfLayers(settings, folder)}: name, keys and rights; docs/deploying.md says what S3 must allow`,
      };
    });
  } finally {
    await blobs.close?.();
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function probe(check: string, work: Promise<void>, mend: string): Promise<Finding> {
  return work.then(
    (): Finding => ({ check, state: 'good', detail: 'can be read and written' }),
    (error: unknown): Finding => ({ check, state: 'wrong', detail: textOf(error), mend }),
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
