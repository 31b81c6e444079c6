import { Command } from 'commander';
import { collect } from '../housekeeping/collect.ts';
import { expireUploads } from '../housekeeping/expire-uploads.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

export function gcCommand(): Command {
  const command = new Command('gc')
    .description('End idle uploads and remove what no image needs. A server does so by itself; it may run beside this.')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth gc --data-dir /var/lib/berth')
    .action(async (options: { output: OutputForm }) => {
      const report = await withWorld({ ...options }, async (world) => {
        const { uploadsEnded } = await expireUploads(world);
        return { uploadsEnded, ...(await collect(world)) };
      });
      process.stdout.write(options.output === 'json' ? json(report) : table(rowsOf(report)));
    });
  return addSettingFlags(command, WHERE);
}

/** `layersExpired: 3` as a row that reads "layers expired  3". */
function rowsOf(report: Readonly<Record<string, number | boolean>>): { what: string; number: string }[] {
  return Object.entries(report)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => ({ what: name.replace(/[A-Z]/g, (it) => ` ${it.toLowerCase()}`), number: String(value) }));
}
