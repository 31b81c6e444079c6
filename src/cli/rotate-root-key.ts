import { Command } from 'commander';
import { rotateRootKey } from '../housekeeping/rotate-root-key.ts';
import { systemIds } from '../ids.ts';
import { dataFolder } from '../installation/data-folder.ts';
import { previousKeysFile, replaceRootKey } from '../installation/root-key.ts';
import { json, type OutputForm, outputOption } from './output.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly output: OutputForm;
}

export function rotateRootKeyCommand(): Command {
  const command = new Command('rotate-root-key')
    .description(
      'Wrap all keys with the first root key: a new one where root.key is in the data folder, else the one that the settings name first. Servers run beside it. Interrupted, the same command goes on.',
    )
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth rotate-root-key --data-dir /var/lib/berth')
    .action(async (options: Options) => {
      const settings = await settingsFor({ ...options });
      const folder = dataFolder(settings.dataDir);
      const isInFolder = settings.rootKeyProvider[0] === 'local' && settings.rootKey === undefined;
      const report = await withWorld({ ...options }, async (world) => {
        if (isInFolder) await replaceRootKey(folder, systemIds);
        return rotateRootKey(world);
      });
      if (options.output === 'json') process.stdout.write(json(report));
      else process.stdout.write(forPeople(report, isInFolder ? previousKeysFile(folder) : undefined));
    });
  return addSettingFlags(command, WHERE);
}

function forPeople({ rewrapped, keys }: { rewrapped: number; keys: number }, previous: string | undefined): string {
  const old =
    previous === undefined
      ? 'Root keys of before are no longer needed: take them out of the settings of every node.'
      : `The root key of before is in ${previous} until a server is started here again. Back up root.key, the new one.`;
  return `${rewrapped} of ${keys} keys were wrapped again.\n${old}\n`;
}
