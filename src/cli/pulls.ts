import { Command } from 'commander';
import { pullsIn } from '../pulls/list-pulls.ts';
import { addRegistryOptions, type OfRegistry, registryOf } from './of-repository.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

const SHOWN = 1_000;

export function pullsCommand(): Command {
  const command = new Command('pulls')
    .description('Show how often the images of a repository were pulled, and when last. A server may run beside this.')
    .argument('<repository>', 'its name')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth pulls app --output json')
    .action(async (repositoryName: string, options: OfRegistry & { readonly output: OutputForm }) => {
      const registry = await registryOf(options);
      const pulls = await withWorld({ ...options }, (world) => pullsIn(world, registry, repositoryName, SHOWN));
      const rows = pulls.map(({ digest, tag = '', pulls, lastPulledAt }) => ({
        pulls,
        'last pulled': lastPulledAt?.toISOString() ?? '',
        tag,
        digest,
      }));
      process.stdout.write(options.output === 'json' ? json(pulls) : table(rows));
    });
  return addSettingFlags(addRegistryOptions(command), WHERE);
}
