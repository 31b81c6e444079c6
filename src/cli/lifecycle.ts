import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { explainImage, readJournal } from '../lifecycle/explain-image.ts';
import { simulateLifecycle } from '../lifecycle/simulate.ts';
import { isDigest } from '../values/digest.ts';
import { Refusal } from '../values/refusal.ts';
import { isAccount, type RegistryId } from '../values/registry-id.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly registryId?: string;
  readonly inRegion?: string;
  readonly policy?: string;
  readonly at?: string;
  readonly limit: string;
  readonly output: OutputForm;
}

const LIMIT_AT_MOST = 100_000;

/** `berth lifecycle ...`: what lifecycle policies would do, why, and what they did. */
export function lifecycleCommand(): Command {
  const command = new Command('lifecycle').description(
    'Lifecycle policies: what one would do, why an image is kept or goes, and what was done. A server may run beside this.',
  );
  command.addCommand(
    ofRegistry(sub('simulate', 'Say what a policy would do, and what that frees.', 'app --policy policy.json'))
      .argument('<repository>')
      .option('--policy <file>', 'the text of a policy; that of the repository when not said')
      .option('--at <time>', 'as if it were that time, such as 2027-01-01; now when not said')
      .action((repository: string, options: Options) => simulate(repository, options)),
  );
  command.addCommand(
    sub('explain', 'Say why an image is kept or goes, wherever it is.', `sha256:${'0'.repeat(64)}`)
      .argument('<digest>')
      .action((digest: string, options: Options) => explain(digest, options)),
  );
  command.addCommand(
    ofRegistry(sub('journal', 'Show what was done to images of a repository, newest first.', 'app --limit 20'))
      .argument('<repository>')
      .option('--limit <number>', `how many, ${LIMIT_AT_MOST} at most`, '50')
      .action((repository: string, options: Options) => journal(repository, options)),
  );
  return command;
}

function sub(name: string, what: string, example: string): Command {
  const command = new Command(name)
    .description(what)
    .addOption(outputOption())
    .addHelpText('after', `\nExample:\n  berth lifecycle ${name} ${example}`);
  return addSettingFlags(command, WHERE);
}

function ofRegistry(command: Command): Command {
  return command
    .option('--registry-id <id>', 'account of the repository; the one that the settings name when not said')
    .option('--in-region <region>', 'region of the repository; the first that the settings name when not said');
}

/** What `berth lifecycle` is told to look at. */
async function registryOf({ registryId, inRegion, ...options }: Options): Promise<RegistryId> {
  const settings = await settingsFor({ ...options });
  const account = registryId ?? settings.accountId;
  if (!isAccount(account)) throw new CommandFailed(`--registry-id ${account} is no account: those have twelve digits.`);
  return { account, region: inRegion ?? settings.region[0] };
}

async function simulate(repositoryName: string, options: Options): Promise<void> {
  const registry = await registryOf(options);
  const text = options.policy === undefined ? undefined : await readPolicy(options.policy);
  const at = options.at === undefined ? undefined : new Date(options.at);
  if (at && Number.isNaN(at.getTime())) {
    throw new CommandFailed(`--at ${options.at} is no time. Write it like 2027-01-01 or 2027-01-01T08:00Z.`);
  }
  const found = await withWorld({ ...options }, (world) =>
    saying(simulateLifecycle(world, { registry, repositoryName, text, at: at ?? world.clock.now() })),
  );
  if (options.output === 'json') {
    process.stdout.write(json(found));
    return;
  }
  const rows = found.actions.map((it) => ({
    digest: it.digest,
    tags: it.tags.join(' ') || '-',
    pushed: it.pushedAt.toISOString(),
    action: it.action,
    rule: it.rule ?? '-',
    why: it.otherTags.length === 0 ? it.why : `${it.why}; not named by the rule: ${it.otherTags.join(' ')}`,
  }));
  const { amount, currency } = found.freedPerMonth;
  const kept = found.images - found.expiring - found.transitioning;
  const total = [
    { what: 'images', number: found.images },
    { what: 'expire', number: found.expiring },
    { what: 'archived', number: found.transitioning },
    { what: 'kept', number: kept },
    { what: 'bytes freed', number: found.freedBytes },
    { what: `${currency} freed a month`, number: amount },
  ];
  process.stdout.write(`${table(rows)}${rows.length > 0 ? '\n' : ''}${table(total)}`);
}

async function readPolicy(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandFailed(`--policy ${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  });
}

async function explain(digest: string, options: Options): Promise<void> {
  if (!isDigest(digest)) {
    throw new CommandFailed(`${digest} is no digest. Give one whole: sha256: and 64 digits of hexadecimal.`);
  }
  const found = await withWorld({ ...options }, (world) => explainImage(world, digest));
  if (options.output === 'json') {
    process.stdout.write(json(found));
    return;
  }
  const lines = found.images.map(
    (it) =>
      `${it.account}/${it.region}/${it.repositoryName}: ${VERBS[it.action]}${it.tags.length > 0 ? ` (${it.tags.join(' ')})` : ''}: ${it.why}\n`,
  );
  const past = found.journal.map(
    (it) => `${it.repositoryName}: ${PAST[it.action]} at ${it.at.toISOString()}: ${it.why}\n`,
  );
  if (lines.length + past.length === 0)
    lines.push('No repository has an image with this digest, and none was taken.\n');
  process.stdout.write([...lines, ...past].join(''));
}

const VERBS = { keep: 'it is kept', expire: 'it goes with the next run', transition: 'it is archived by the next run' };
const PAST = { expire: 'it went', transition: 'it was archived' };

async function journal(repositoryName: string, options: Options): Promise<void> {
  const registry = await registryOf(options);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_AT_MOST) {
    throw new CommandFailed(`--limit ${options.limit} is no whole number from 1 to ${LIMIT_AT_MOST}.`);
  }
  const entries = await withWorld({ ...options }, (world) =>
    saying(readJournal(world, { registry, repositoryName, limit })),
  );
  const rows = entries.map((it) => ({
    time: it.at.toISOString(),
    action: it.action,
    digest: it.digest,
    tags: it.tags.join(' ') || '-',
    rule: it.rule ?? '-',
    why: it.why,
  }));
  process.stdout.write(options.output === 'json' ? json(entries) : table(rows));
}

/** What the registry refuses is told in its own words. */
async function saying<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof Refusal ? new CommandFailed(error.message) : error;
  });
}
