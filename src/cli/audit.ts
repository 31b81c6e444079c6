import { Command } from 'commander';
import { type FoundEvent, lookUpEvents } from '../audit/look-up.ts';
import type { AuditAttribute } from '../storage/metadata/audit.ts';
import { isAccount } from '../values/registry-id.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly account?: string;
  readonly regionOf?: string;
  readonly event?: string;
  readonly user?: string;
  readonly resource?: string;
  readonly key?: string;
  readonly since?: string;
  readonly limit: string;
  readonly output: OutputForm;
}

const LIMIT_AT_MOST = 10_000;

export function auditCommand(): Command {
  const command = new Command('audit')
    .description('Show who did what, newest first. A server may run beside this.')
    .option('--account <id>', 'of this account; of the one that the settings name where nothing is said')
    .option('--event <name>', 'calls of this operation alone, such as PutImage')
    .option('--user <name>', 'of this user or session alone')
    .option('--resource <arn>', 'what was done to this resource alone')
    .option('--key <id>', 'with this access key alone')
    .option('--since <time>', 'not before this time, such as 2026-11-25T08:00Z')
    .option('--limit <number>', `how many, ${LIMIT_AT_MOST} at most`, '50')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth audit --event PutImage --limit 10')
    .action(async (options: Options) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_AT_MOST) {
        throw new CommandFailed(`--limit ${options.limit} is no whole number from 1 to ${LIMIT_AT_MOST}.`);
      }
      const from = options.since === undefined ? undefined : new Date(options.since);
      if (from && Number.isNaN(from.getTime())) {
        throw new CommandFailed(`--since ${options.since} is no time. Write it like 2026-11-25T08:00Z.`);
      }
      const settings = await settingsFor({ ...options });
      const account = options.account ?? settings.accountId;
      if (!isAccount(account)) throw new CommandFailed(`--account ${account} is no account: those have twelve digits.`);
      const attribute = attributeOf(options);
      const events = await withWorld({ ...options }, async (world) => {
        const found = await Promise.all(
          settings.region.map((region) =>
            lookUpEvents(world, { registry: { account, region }, attribute, from, limit }),
          ),
        );
        return found
          .flat()
          .toSorted((a, b) => b.at.getTime() - a.at.getTime())
          .slice(0, limit);
      });
      process.stdout.write(options.output === 'json' ? json(events.map(recordOf)) : table(events.map(rowOf)));
    });
  return addSettingFlags(command, WHERE);
}

/** @throws CommandFailed when more than one is given: there is an index for each, and none for two */
function attributeOf({ event, user, resource, key }: Options): { key: AuditAttribute; value: string } | undefined {
  const asked = Object.entries({ EventName: event, Username: user, ResourceName: resource, AccessKeyId: key }).flatMap(
    ([name, value]) => (value === undefined ? [] : [{ key: name as AuditAttribute, value }]),
  );
  if (asked.length > 1) throw new CommandFailed('Give one of --event, --user, --resource and --key.');
  return asked[0];
}

function recordOf({ record }: FoundEvent): unknown {
  return JSON.parse(record);
}

function rowOf(event: FoundEvent): Record<string, string> {
  const record = JSON.parse(event.record) as { errorCode?: string; sourceIPAddress?: string };
  return {
    time: event.at.toISOString(),
    event: event.name,
    user: event.username ?? '-',
    from: record.sourceIPAddress ?? '-',
    outcome: record.errorCode ?? 'ok',
    resource: event.resources.map((it) => it.name).join(' ') || '-',
  };
}
