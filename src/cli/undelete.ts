import { Command } from 'commander';
import { type Undeleted, undeleteImage } from '../trash/undelete-image.ts';
import { undeleteRepository } from '../trash/undelete-repository.ts';
import { CommandFailed } from './exit-codes.ts';
import { addRegistryOptions, type OfRegistry, registryOf } from './of-repository.ts';
import { json, type OutputForm, outputOption } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options extends OfRegistry {
  readonly digest?: string;
  readonly tag?: string;
  readonly at?: string;
  readonly repository?: boolean;
  readonly output: OutputForm;
}

export function undeleteCommand(): Command {
  const command = new Command('undelete')
    .description(
      'Have a deleted image, tag or repository back, where BERTH_TRASH_DAYS keeps them. A server may run beside this.',
    )
    .argument('<repository>', 'its name')
    .option('--digest <digest>', 'the image with this digest, with those of its tags that point nowhere')
    .option('--tag <tag>', 'this tag where it pointed before it was moved or removed last')
    .option('--at <time>', 'with --tag: where it pointed at this time, such as 2026-11-28T12:00:00Z')
    .option('--repository', 'the whole repository, as it was')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth undelete app --tag v1.2')
    .action(async (repositoryName: string, options: Options) => {
      const { digest, tag, repository } = options;
      if ([digest, tag, repository].filter((it) => it !== undefined).length !== 1) {
        throw new CommandFailed(
          'Say one of --digest, --tag and --repository. To see an example: berth undelete --help',
        );
      }
      const registry = await registryOf(options);
      if (repository) {
        const done = await withWorld({ ...options }, (world) => undeleteRepository(world, registry, repositoryName));
        const said = `The repository ${repositoryName} is back, with ${done.images} images.\n`;
        process.stdout.write(options.output === 'json' ? json(done) : said);
        return;
      }
      const wanted = tag === undefined ? { digest: digest ?? '' } : { tag, at: timeOf(options.at) };
      const done = await withWorld({ ...options }, (world) => undeleteImage(world, registry, repositoryName, wanted));
      process.stdout.write(options.output === 'json' ? json(done) : inWords(done));
    });
  return addSettingFlags(addRegistryOptions(command), WHERE);
}

function inWords({ digest, tags, children }: Undeleted): string {
  const tagged = tags.length > 0 ? `, tagged ${tags.join(', ')}` : ', without a tag';
  const others = children.length > 0 ? ` With it came ${children.length} images that it holds.` : '';
  return `The image ${digest} is there${tagged}.${others}\n`;
}

/** @throws CommandFailed when it is no time */
function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new CommandFailed(`--at ${text} is no time. Write it like 2026-11-28T12:00:00Z.`);
  return new Date(ms);
}
