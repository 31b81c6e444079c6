import { Command, Option } from 'commander';
import {
  giveJobUp,
  JOB_STATES,
  type Job,
  type JobState,
  lookUpJob,
  lookUpJobs,
  tryJobsAgain,
} from '../jobs/look-after-jobs.ts';
import { commandName } from '../settings/command-name.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly output: OutputForm;
}

interface ListOptions extends Options {
  readonly state?: JobState;
  readonly kind?: string;
  readonly limit: string;
}

const LIMIT_AT_MOST = 10_000;
/** Of an error in a table. */
const LONGEST = 80;

/** `berth jobs ...`: what follows from changes and is still to be done, or failed for good. */
export function jobsCommand(): Command {
  const command = new Command('jobs').description(
    'Jobs: what follows from changes. See what waits and what failed, try it again, or give it up. A server may run beside this.',
  );
  command.addCommand(
    sub('list', 'List jobs, oldest first.', '--state dead')
      .addOption(new Option('--state <state>', 'in this state alone').choices([...JOB_STATES]))
      .option('--kind <kind>', 'of this kind alone')
      .option('--limit <number>', `how many, ${LIMIT_AT_MOST} at most`, '50')
      .action(list),
  );
  command.addCommand(
    sub('show', 'Show one job whole: why it failed, and what it is to do.', '0f8f5c0e-5a07-4d8e-9a57-6b0b2f0f4c11')
      .argument('<id>', 'as listed')
      .action(show),
  );
  command.addCommand(
    sub('retry', 'Have jobs tried at once: dead ones, and those that wait for their next try.', '--all')
      .argument('[ids...]', 'as listed')
      .option('--all', 'all that are dead')
      .action(retry),
  );
  command.addCommand(
    sub('drop', 'Give a job up for good.', '0f8f5c0e-5a07-4d8e-9a57-6b0b2f0f4c11')
      .argument('<id>', 'as listed')
      .action(drop),
  );
  return command;
}

function sub(name: string, description: string, example: string): Command {
  const command = new Command(name)
    .description(description)
    .addOption(outputOption())
    .addHelpText('after', `\nExample:\n  berth jobs ${name} ${example}`);
  return addSettingFlags(command, WHERE);
}

async function list(options: ListOptions): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_AT_MOST) {
    throw new CommandFailed(`--limit ${options.limit} is no whole number from 1 to ${LIMIT_AT_MOST}.`);
  }
  const { state, kind } = options;
  const jobs = await withWorld({ ...options }, (world) => lookUpJobs(world, { state, kind, limit }));
  process.stdout.write(options.output === 'json' ? json(jobs) : table(jobs.map(rowOf)));
}

async function show(id: string, options: Options): Promise<void> {
  const job = await withWorld({ ...options }, (world) => lookUpJob(world, id));
  if (!job) throw notThere(id);
  process.stdout.write(options.output === 'json' ? json(job) : inWords(job));
}

async function retry(ids: readonly string[], options: Options & { readonly all?: true }): Promise<void> {
  if ((options.all === true) === ids.length > 0) throw new CommandFailed('Give ids of jobs, or --all.');
  const done = await withWorld({ ...options }, (world) => tryJobsAgain(world, options.all ? 'dead' : ids));
  process.stdout.write(
    options.output === 'json' ? json({ retried: done }) : table(done.map((id) => ({ retried: id }))),
  );
  const other = options.all ? [] : ids.filter((id) => !done.includes(id));
  if (other.length > 0) throw notThere(other.join(', '));
}

async function drop(id: string, options: Options): Promise<void> {
  if (!(await withWorld({ ...options }, (world) => giveJobUp(world, id)))) throw notThere(id);
  process.stdout.write(options.output === 'json' ? json({ dropped: [id] }) : table([{ dropped: id }]));
}

function notThere(ids: string): CommandFailed {
  return new CommandFailed(`Not there, or running just now: ${ids}. See: ${commandName()} jobs list`);
}

function rowOf({ id, kind, state, attempts, dueAt, lastError = '-' }: Job): Record<string, string | number> {
  const line = lastError.replaceAll(/\s+/g, ' ');
  const error = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  return { id, kind, state, attempts, due: dueAt.toISOString(), error };
}

function inWords(job: Job): string {
  const { payload, lastError, dueAt, createdAt, ...rest } = job;
  const rows = { ...rest, due: dueAt.toISOString(), created: createdAt.toISOString() };
  const lines = Object.entries(rows).map(([name, value]) => `${name.padEnd(10)}${value}\n`);
  return `${lines.join('')}\nerror:\n${lastError ?? '-'}\n\npayload:\n${json(payload)}`;
}
