import { Command } from 'commander';
import { listInUse } from '../in-use/list-in-use.ts';
import { addRegistryOptions, type OfRegistry, registryOf } from './of-repository.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

const SHOWN = 1_000;

export function inUseCommand(): Command {
  const command = new Command('in-use')
    .description('Show which images of a repository run, as far as it was reported. A server may run beside this.')
    .argument('<repository>', 'its name')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth in-use app')
    .action(async (repositoryName: string, options: OfRegistry & { readonly output: OutputForm }) => {
      const registry = await registryOf(options);
      const page = { after: undefined, limit: SHOWN };
      const { images } = await withWorld({ ...options }, (world) => listInUse(world, registry, repositoryName, page));
      const rows = images.map(({ imageDigest, imageTags, inUseCount, lastInUseAt, reporters }) => ({
        'in use': inUseCount,
        'last in use': lastInUseAt.toISOString(),
        reporters: reporters.map((it) => it.reporter).join(','),
        tags: imageTags.join(','),
        digest: imageDigest,
      }));
      process.stdout.write(options.output === 'json' ? json(images) : table(rows));
    });
  return addSettingFlags(addRegistryOptions(command), WHERE);
}
