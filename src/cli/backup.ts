import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { backupFolder } from '../housekeeping/backup/manifest.ts';
import { type BackupReport, backup } from '../housekeeping/backup.ts';
import { type BackupCheck, checkBackup } from '../housekeeping/check-backup.ts';
import { dataFolder } from '../installation/data-folder.ts';
import { openBlobFolder, openWorld } from '../open-world.ts';
import { commandName } from '../settings/command-name.ts';
import type { Settings } from '../settings/table.ts';
import { startLog } from '../telemetry/log.ts';
import { copying } from './copying.ts';
import { CommandFailed, EXIT, type ExitCode } from './exit-codes.ts';
import { json, type OutputForm, outputOption } from './output.ts';
import { bytes } from './progress.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';

interface Options {
  readonly check?: true;
  readonly verify?: true;
  readonly output: OutputForm;
}

export function backupCommand(end: (code: ExitCode) => void): Command {
  const command = new Command('backup')
    .description(
      'Copy an embedded Berth (SQLite and files), safe while it serves, to a folder; again into the same folder copies what is new.',
    )
    .argument('<folder>', 'the folder of the backup, best on another disk')
    .option('--check', 'copy nothing: read a backup through and say whether it can be restored')
    .option('--verify', 'also read what the backup holds already, and copy anew what is damaged there')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth backup /mnt/backup/berth --data-dir /var/lib/berth')
    .action(async (folder: string, options: Options) => {
      const path = resolve(folder);
      const isGood = options.check ? await check(path, options) : await make(path, options);
      if (!isGood) end(EXIT.foundWrong);
    });
  return addSettingFlags(command, WHERE);
}

async function make(path: string, options: Options): Promise<boolean> {
  const settings = await settingsFor({ ...options });
  refuseIfElsewhere(settings);
  const folder = dataFolder(settings.dataDir);
  await access(folder.database).catch(() => {
    throw new CommandFailed(`${folder.path} holds no Berth. Name its folder with --data-dir.`);
  });
  const again = `Run it again: ${commandName()} backup ${path} --data-dir ${folder.path} copies what is missing.`;
  const report = await copying(again, async ({ opened, ...how }) => {
    const { world, close } = await openWorld(settings, folder, { as: 'guest', log: startLog('silent') });
    opened.defer(close);
    const { blobs: store, close: closeStore } = await openBlobFolder(backupFolder(path).blobs);
    opened.defer(closeStore);
    const verify = options.verify === true;
    return backup(world, { folder, path, store, version: packageJson.version, verify, ...how });
  });
  process.stdout.write(options.output === 'json' ? json(report) : madeText(report));
  return report.manifest.lost === 0;
}

function madeText({ path, manifest, copied, removed }: BackupReport): string {
  const { repositories, images, objects, lost } = manifest;
  const wrong =
    lost === 0
      ? ''
      : `${lost} layers could not be copied: their bytes are missing or damaged. See which: ${commandName()} fsck\n`;
  return `${path} holds ${repositories} repositories, ${images} images and ${objects} layers (${bytes(manifest.bytes)}) as of ${manifest.takenAt}.
Copied ${copied.objects} layers (${bytes(copied.bytes)}), removed ${removed} that are no longer needed.
${wrong}Check it now and then: ${commandName()} backup --check ${path}
`;
}

async function check(path: string, { output }: Options): Promise<boolean> {
  const again = `Run it again: ${commandName()} backup --check ${path}`;
  const report = await copying(again, async ({ opened, ...how }) => {
    const { blobs: store, hashing, close } = await openBlobFolder(backupFolder(path).blobs);
    opened.defer(close);
    return checkBackup({ hashing }, { path, store, ...how });
  });
  process.stdout.write(output === 'json' ? json(report) : checkedText(report));
  return report.isGood;
}

function checkedText({ path, manifest, broken, damaged, objects, bytes: size, isGood }: BackupCheck): string {
  const wrong = [...broken, ...damaged.map(({ key, detail }) => `object ${key}: ${detail}`)];
  if (isGood) {
    return `The backup of ${manifest.takenAt} in ${path} is good: ${objects} layers, ${bytes(size)}.\nRestore it: ${commandName()} restore ${path} --data-dir NEW\n`;
  }
  const mend = broken.length > 0 ? 'back up into a new folder' : `${commandName()} backup --verify ${path}`;
  return `${wrong.join('\n')}\nThe backup of ${manifest.takenAt} in ${path} is not good. To mend: ${mend}.\n`;
}

function refuseIfElsewhere({ ephemeral, database, storage }: Settings): void {
  const instead = 'See docs/backup.md.';
  if (ephemeral)
    throw new CommandFailed(`An ephemeral Berth keeps nothing, so there is nothing to back up. ${instead}`);
  if (database !== undefined) {
    throw new CommandFailed(
      `The database is PostgreSQL: back it up with its own tools (pg_basebackup and an archive of its log), which also restore any point in time. ${instead}`,
    );
  }
  if (storage !== undefined) {
    throw new CommandFailed(
      `The layers lie in S3, which berth backup does not copy: use the bucket's versions or replication, or move the layers into a data folder first (${commandName()} migrate-storage). ${instead}`,
    );
  }
}
