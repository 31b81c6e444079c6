import { Command } from 'commander';
import { explain } from '../housekeeping/explain.ts';
import { type HouseReport, keepHouse } from '../housekeeping/keep-house.ts';
import { TAKEN } from '../jobs/lease.ts';
import { isDigest } from '../values/digest.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly explain?: string;
  readonly output: OutputForm;
}

export function gcCommand(): Command {
  const command = new Command('gc')
    .description('End idle uploads and remove what no image needs. A server does so by itself; it may run beside this.')
    .option('--explain <digest>', 'collect nothing: say why the layer or image with this digest is kept, goes, or went')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth gc --data-dir /var/lib/berth')
    .action((options: Options) =>
      options.explain === undefined ? collectNow(options) : tellWhy(options, options.explain),
    );
  return addSettingFlags(command, WHERE);
}

async function collectNow(options: Options): Promise<void> {
  const report = await withWorld({ ...options }, (world) => keepHouse(world));
  if (report === TAKEN) {
    throw new CommandFailed('Another process collects just now. Run this again in a minute.');
  }
  process.stdout.write(options.output === 'json' ? json(report) : table(rowsOf(report)));
}

/** @throws CommandFailed when `digest` is none */
async function tellWhy(options: Options, digest: string): Promise<void> {
  if (!isDigest(digest)) {
    throw new CommandFailed(`${digest} is no digest. Give one whole: sha256: and 64 digits of hexadecimal.`);
  }
  const explanation = await withWorld({ ...options }, (world) => explain(world, digest));
  process.stdout.write(options.output === 'json' ? json(explanation) : explanation.why.map((it) => `${it}\n`).join(''));
}

/** `layersExpired: 3` as a row that reads "layers expired  3". */
function rowsOf(report: HouseReport): { what: string; number: string }[] {
  return Object.entries(report)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => ({ what: name.replace(/[A-Z]/g, (it) => ` ${it.toLowerCase()}`), number: String(value) }));
}
