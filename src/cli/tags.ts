import { Command } from 'commander';
import { tagHistory } from '../trash/tag-history.ts';
import { addRegistryOptions, type OfRegistry, registryOf } from './of-repository.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

const SHOWN = 1_000;

export function tagsCommand(): Command {
  const history = new Command('history')
    .description('Show where a tag pointed, since when, and who moved it. A server may run beside this.')
    .argument('<repository>', 'its name')
    .argument('<tag>', 'the tag')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth tags history app latest')
    .action(async (repositoryName: string, tag: string, options: OfRegistry & { readonly output: OutputForm }) => {
      const registry = await registryOf(options);
      const page = { tag, limit: SHOWN };
      const moves = await withWorld({ ...options }, (world) => tagHistory(world, registry, repositoryName, page));
      const rows = moves.map(({ at, what, from = '', to = '', by = '' }) => ({
        at: at.toISOString(),
        what,
        to,
        from,
        by,
      }));
      process.stdout.write(options.output === 'json' ? json(moves) : table(rows));
    });
  return new Command('tags')
    .description('Look into tags.')
    .addCommand(addSettingFlags(addRegistryOptions(history), WHERE));
}
