import { access, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { bringKeys } from '../housekeeping/migrate-storage/bring-keys.ts';
import { abortMigration, installationOf, type MigrateReport, migrateStorage } from '../housekeeping/migrate-storage.ts';
import { systemIds } from '../ids.ts';
import { type DataFolder, dataFolder, makeDataFolder } from '../installation/data-folder.ts';
import { takeFolder } from '../installation/serving.ts';
import { openWorld } from '../open-world.ts';
import { commandName } from '../settings/command-name.ts';
import { readSettings } from '../settings/read-settings.ts';
import type { Settings } from '../settings/table.ts';
import { describeDatabase } from '../storage/metadata/postgres-url.ts';
import { startLog } from '../telemetry/log.ts';
import { copying } from './copying.ts';
import { CommandFailed, EXIT, type ExitCode } from './exit-codes.ts';
import { json, type OutputForm, outputOption } from './output.ts';
import { bytes } from './progress.ts';
import { ALL, addSettingFlags, settingsFor } from './setting-flags.ts';

interface Options {
  readonly to?: string;
  readonly abort?: true;
  readonly output: OutputForm;
}

export function migrateStorageCommand(end: (code: ExitCode) => void): Command {
  const command = new Command('migrate-storage')
    .description(
      'Move a Berth to another storage: SQLite and files, PostgreSQL, S3, any to any. It serves pulls all the time, and pushes until the last minute. Interrupted, the same command goes on.',
    )
    .option('--to <file>', 'YAML file with the settings of the target, as berth serve --config takes it')
    .option('--abort', 'let the source take changes again, before or after it has moved')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth migrate-storage --data-dir /var/lib/berth --to cluster.yaml')
    .action(async (options: Options) => {
      const settings = await settingsFor({ ...options });
      if (settings.ephemeral) throw new CommandFailed('An ephemeral Berth keeps nothing, so there is nothing to move.');
      if (options.abort) await abort(settings, options);
      else if (options.to !== undefined) await move(settings, { ...options, to: resolve(options.to), end });
      else throw new CommandFailed(`Say where to: ${commandName()} migrate-storage --to FILE.yaml`);
    });
  return addSettingFlags(command, ALL);
}

async function move(
  settings: Settings,
  { to, output, end }: Options & { readonly to: string; readonly end: (code: ExitCode) => void },
): Promise<void> {
  const target = await readSettings({ flags: { config: to }, environment: {} });
  if (target.ephemeral) throw new CommandFailed(`${to} is of an ephemeral Berth, which would keep nothing.`);
  const from = dataFolder(settings.dataDir);
  await refuseIfOneDatabase(settings, target, to);
  await checkSource(settings, from);
  const folder = await makeDataFolder(target.dataDir);

  const report = await copying(
    'Run the same command again, and it goes on; until it has come to its end the source serves. To leave it: add --abort instead of --to.',
    async ({ opened, ...how }) => {
      const isInFolder = target.database === undefined || target.storage === undefined;
      if (isInFolder && !(await isOneFolder(settings.dataDir, target.dataDir))) {
        const lock = await takeFolder(folder, systemClock.now());
        opened.defer(() => lock.release());
      }
      // A root key that somebody else keeps is there for both.
      const isHere = settings.rootKeyProvider.includes('local');
      if (isHere)
        await bringKeys(
          { folder: from, rootKey: settings.rootKey },
          { folder, rootKey: target.rootKey, isEmbedded: target.database === undefined },
          systemIds,
        );
      const source = await openWorld(settings, from, { as: 'guest', log: startLog('silent') });
      opened.defer(() => source.close());
      const installation = await installationOf(source.world);
      const copy = await openWorld(target, folder, { as: 'owner', log: startLog('silent'), installation });
      opened.defer(() => copy.close());
      return migrateStorage(source.world, copy.world, { where: placeOf(target), ...how });
    },
  );
  process.stdout.write(output === 'json' ? json(report) : forPeople(report, { to, where: placeOf(target) }));
  if (report.lost > 0) end(EXIT.foundWrong);
}

async function abort(settings: Settings, { output }: Options): Promise<void> {
  const folder = dataFolder(settings.dataDir);
  await checkSource(settings, folder);
  const state = await copying('Run it again.', async ({ opened }) => {
    const { world, close } = await openWorld(settings, folder, { as: 'guest', log: startLog('silent') });
    opened.defer(close);
    return abortMigration(world);
  });
  if (output === 'json') process.stdout.write(json({ was: state ?? 'serving' }));
  else process.stdout.write(ABORTED[state ?? 'serving']);
}

const ABORTED = {
  moving: 'This Berth takes changes again. What was copied to the target is of use to a later migration.\n',
  moved:
    'This Berth takes changes again. It had moved: what is pushed here from now on is not there, and what is pushed there is not here.\n',
  serving: 'No migration keeps this Berth from changes: there was nothing to do.\n',
} as const;

/** @throws CommandFailed when there is no Berth to be moved */
async function checkSource({ database }: Settings, folder: DataFolder): Promise<void> {
  if (database !== undefined) {
    await makeDataFolder(folder.path);
    return;
  }
  await access(folder.database).catch(() => {
    throw new CommandFailed(
      `${folder.path} holds no Berth. Name the one that is to move with --data-dir, BERTH_DATABASE or --config.`,
    );
  });
}

async function isOneFolder(one: string, other: string): Promise<boolean> {
  const [real, otherReal] = await Promise.all([one, other].map((it) => realpath(it).catch(() => it)));
  return real === otherReal;
}

async function refuseIfOneDatabase(source: Settings, target: Settings, to: string): Promise<void> {
  if (source.database !== target.database) return;
  if (source.database === undefined && !(await isOneFolder(source.dataDir, target.dataDir))) return;
  throw new CommandFailed(
    `${to} names the database of the Berth that is to move. Give the target one of its own: another data-dir, or another database.`,
  );
}

/** For people, without secrets. */
function placeOf({ database, storage, dataDir }: Settings): string {
  const rows = database === undefined ? dataDir : describeDatabase(database);
  const layers = storage === undefined ? dataDir : `s3://${storage.bucket}/${storage.prefix}`;
  return rows === layers ? rows : `${rows} with layers in ${layers}`;
}

function forPeople(report: MigrateReport, { to, where }: { readonly to: string; readonly where: string }): string {
  const { objects, bytes: size, rows, lost, readOnlyMs } = report;
  const wrong =
    lost === 0
      ? ''
      : `${lost} layers were missing or damaged here, and are asked for again there at the next push. See which: ${commandName()} fsck\n`;
  return `This Berth has moved to ${where}: ${objects} layers (${bytes(size)}) copied by this run, ${rows} rows in all, pushes refused for ${Math.ceil(readOnlyMs / 1_000)} s.
${wrong}Start it there: ${commandName()} serve --config ${to}
What is left here takes no changes any more. To stay here after all: the same command with --abort instead of --to.
`;
}
