import { Command, Option } from 'commander';
import { billOf } from '../metering/bill.ts';
import { type Charge, totalOf, unitOf } from '../metering/charges.ts';
import { costLines } from '../metering/cost-items.ts';
import { usageTypeOf } from '../metering/cost-names.ts';
import { csv } from '../metering/csv.ts';
import { next } from '../metering/plan.ts';
import { recount } from '../metering/recount.ts';
import { writeReport } from '../metering/usage-report.ts';
import { add, toDecimal, ZERO } from '../values/rational.ts';
import { isAccount } from '../values/registry-id.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

const BY = ['repository', 'usage-type', 'day'] as const;
const PLACES = 10;

interface Options {
  readonly month?: string;
  readonly account?: string;
  readonly by: (typeof BY)[number];
  readonly output: 'table' | 'csv' | 'json';
}

/** `berth billing ...`: what the installation's accounts used, and what it costs. */
export function billingCommand(): Command {
  const command = new Command('billing')
    .enablePositionalOptions()
    .description('Show what was used in a month and what it costs. A server may run beside this.')
    .option('--month <month>', 'such as 2026-11; the running one where nothing is said')
    .option('--account <id>', 'of this account; of all where nothing is said')
    .addOption(new Option('--by <what>', 'what is told apart').choices([...BY]).default('usage-type'))
    .addOption(new Option('--output <form>', 'what is printed').choices(['table', 'csv', 'json']).default('table'))
    .addHelpText('after', '\nExample:\n  berth billing --month 2026-11 --by repository')
    .action(showBill);
  command.addCommand(reportCommand());
  command.addCommand(recountCommand());
  return addSettingFlags(command, WHERE);
}

async function showBill(options: Options): Promise<void> {
  const { account, by, output } = options;
  if (account !== undefined && !isAccount(account)) {
    throw new CommandFailed(`--account ${account} is no account: those have twelve digits.`);
  }
  const { charges, currency } = await withWorld({ ...options }, async (world) => {
    const span = monthOf(options.month, world.clock.now());
    const unit = by === 'day' ? 'day' : 'month';
    return { charges: await billOf(world, { account, unit, ...span }), currency: world.rules.prices.currency };
  });
  const rows = linesOf(charges, by).map((it) => ({ ...it, currency }));
  const total = { amount: toDecimal(totalOf(charges), PLACES), currency };
  if (output === 'json') process.stdout.write(json({ lines: rows, total }));
  else if (output === 'csv') process.stdout.write(csv(rows));
  else process.stdout.write(`${table(rows)}Total ${total.amount} ${currency}\n`);
}

/** A line for each account and usage type, and for each repository or day of it where that is asked for. */
function linesOf(charges: readonly Charge[], by: Options['by']): Record<string, string>[] {
  const groups = Map.groupBy(charges, (it) => {
    const usage = usageTypeOf(it.kind, it.region);
    const day = new Date(it.startsAt).toISOString().slice(0, 10);
    return JSON.stringify({
      account: it.account,
      ...(by === 'day' && { day }),
      ...(by === 'repository' && { region: it.region, repository: it.repositoryName || '-' }),
      usage,
      unit: unitOf(it.kind),
    });
  });
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, own]) => {
      const { unit, ...what } = JSON.parse(key) as Record<string, string>;
      const quantity = own.reduce((sum, it) => add(sum, it.units), ZERO);
      return {
        ...what,
        quantity: toDecimal(quantity, PLACES),
        unit: unit ?? '',
        cost: toDecimal(totalOf(own), PLACES),
      };
    });
}

function reportCommand(): Command {
  const command = new Command('cur')
    .description('Write a month as a Cost and Usage Report: gzipped CSV and its manifest.')
    .option('--month <month>', 'such as 2026-11; the running one where nothing is said')
    .option('--account <id>', 'of this account; of all where nothing is said')
    .requiredOption('--output <folder>', 'where the files go; it is made when it is not there')
    .addHelpText('after', '\nExample:\n  berth billing cur --month 2026-11 --output ./report')
    .action(async (options: { readonly month?: string; readonly account?: string; readonly output: string }) => {
      const manifest = await withWorld({ ...options }, async (world) => {
        const span = monthOf(options.month, world.clock.now());
        const lines = await costLines(world, { account: options.account, unit: 'day', ...span });
        return writeReport(world, lines, { folder: options.output, span });
      });
      process.stderr.write(`Wrote ${manifest}\n`);
    });
  return addSettingFlags(command, WHERE);
}

function recountCommand(): Command {
  const command = new Command('recount')
    .description('Count anew what the meter of storage has wrong; berth fsck says whether it has. Right from now on.')
    .addHelpText('after', '\nExample:\n  berth billing recount')
    .action(async (options: Record<string, unknown>) => {
      const wrong = await withWorld(options, recount);
      process.stderr.write(`The meter was wrong about ${wrong} repositories, and is right now.\n`);
    });
  return addSettingFlags(command, WHERE);
}

/** @throws CommandFailed when it is none, or one to come */
function monthOf(text: string | undefined, now: Date): { readonly from: number; readonly to: number } {
  const month = text ?? now.toISOString().slice(0, 7);
  const from = /^[0-9]{4}-(?:0[1-9]|1[0-2])$/.test(month) ? Date.parse(`${month}-01T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(from)) throw new CommandFailed(`--month ${month} is no month. Write it like 2026-11.`);
  if (from > now.getTime()) throw new CommandFailed(`--month ${month} has not begun yet.`);
  return { from, to: next('month', from) };
}
