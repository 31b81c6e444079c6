import { bringKeys } from '../../src/housekeeping/migrate-storage/bring-keys.ts';
import { installationOf, migrateStorage } from '../../src/housekeeping/migrate-storage.ts';
import { makeDataFolder } from '../../src/installation/data-folder.ts';
import { openWorld } from '../../src/open-world.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { startLog } from '../../src/telemetry/log.ts';
import { type OnStep, stepping } from '../faults/steps.ts';

interface Migrating {
  /** The config file of the source. */
  readonly from: string;
  readonly to: string;
  readonly step: OnStep;
  /** So far the clock is ahead, so that the lease of one that died before has run out. */
  readonly minutes?: number;
}

/** Moves a Berth as the command does, and tells of each step that changes something, once it is done. */
export async function migrateInSteps({ from, to, step, minutes = 0 }: Migrating): Promise<void> {
  const outside = {
    clock: { now: () => new Date(Date.now() + minutes * 60_000) },
    log: startLog('silent'),
  };
  const [mine, theirs] = await Promise.all(
    [from, to].map((config) => readSettings({ flags: { config }, environment: {} })),
  );
  if (!mine || !theirs) throw new Error('two config files are needed');
  const [folder, newFolder] = await Promise.all([mine, theirs].map((it) => makeDataFolder(it.dataDir)));
  if (!folder || !newFolder) throw new Error('two folders are needed');
  await using opened = new AsyncDisposableStack();
  const source = await openWorld(mine, folder, { as: 'guest', ...outside });
  opened.defer(source.close);
  const target = { folder: newFolder, rootKey: theirs.rootKey, isEmbedded: theirs.database === undefined };
  await bringKeys({ folder, rootKey: mine.rootKey }, target, source.world.ids);
  const installation = await installationOf(source.world);
  const copy = await openWorld(theirs, newFolder, { as: 'owner', installation, ...outside });
  opened.defer(copy.close);
  await migrateStorage(stepping(source.world, step), stepping(copy.world, step), { where: 'a test' });
}
