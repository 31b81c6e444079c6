import { resolve } from 'node:path';
import { Command } from 'commander';
import { backupFolder } from '../housekeeping/backup/manifest.ts';
import { type RestoreReport, restore } from '../housekeeping/restore.ts';
import { dataFolder } from '../installation/data-folder.ts';
import { openBlobFolder } from '../open-world.ts';
import { commandName } from '../settings/command-name.ts';
import { copying } from './copying.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, type OutputForm, outputOption } from './output.ts';
import { bytes } from './progress.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';

interface Options {
  readonly withoutDamaged?: true;
  readonly output: OutputForm;
}

export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('Make a data folder of a backup, after checking it. Interrupted, the same command goes on.')
    .argument('<folder>', 'the folder that berth backup wrote')
    .option('--without-damaged', 'go on without layers that the backup has not whole: they are to be pushed again')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth restore /mnt/backup/berth --data-dir /var/lib/berth-new')
    .action(async (from: string, options: Options) => {
      const settings = await settingsFor({ ...options });
      if (settings.database !== undefined || settings.storage !== undefined) {
        throw new CommandFailed(
          `A backup is restored into a data folder. Do that without BERTH_DATABASE and BERTH_STORAGE, and move it from there: ${commandName()} migrate-storage`,
        );
      }
      const path = resolve(from);
      const folder = dataFolder(settings.dataDir);
      const again = `Run it again, and it goes on: ${commandName()} restore ${path} --data-dir ${folder.path}`;
      const withoutDamaged = options.withoutDamaged === true;
      const report = await copying(again, async ({ opened, ...how }) => {
        const { blobs: store, hashing, clock, close } = await openBlobFolder(backupFolder(path).blobs);
        opened.defer(close);
        const { blobs: target, close: closeTarget } = await openBlobFolder(folder.blobs);
        opened.defer(closeTarget);
        return restore({ hashing, clock, target }, { path, store, folder, withoutDamaged, ...how });
      });
      process.stdout.write(options.output === 'json' ? json(report) : forPeople(report));
    });
  return addSettingFlags(command, WHERE);
}

function forPeople({ path, dataDir, objects, bytes: size, lost }: RestoreReport): string {
  const without = lost === 0 ? '' : `${lost} layers are not there and are asked for again at the next push.\n`;
  return `Restored ${path} to ${dataDir}: ${objects} layers, ${bytes(size)}.\n${without}Start it: ${commandName()} serve --data-dir ${dataDir}\n`;
}
