import { Command } from 'commander';
import { fsck } from '../housekeeping/fsck.ts';
import { commandName } from '../settings/command-name.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly repair?: true;
  readonly quick?: true;
  readonly output: OutputForm;
}

type Report = Awaited<ReturnType<typeof fsck>>;

export function fsckCommand(end: (code: ExitCode) => void): Command {
  const command = new Command('fsck')
    .description('Compare the database with the stored bytes, every digest included. Safe beside a running server.')
    .option('--repair', 'mend what can be mended without losing anything')
    .option('--quick', 'look for the bytes and measure them, but do not read them')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth fsck --data-dir /var/lib/berth --repair')
    .action(async (options: Options) => {
      const report = await withWorld({ ...options }, (world) =>
        fsck(world, { repair: options.repair === true, deep: options.quick !== true }),
      );
      process.stdout.write(options.output === 'json' ? json(report) : forPeople(report, options));
      if (!report.isClean) end(EXIT.foundWrong);
    });
  return addSettingFlags(command, WHERE);
}

function forPeople({ checked, findings, found, mended, isClean }: Report, { repair }: Options): string {
  const counts = Object.entries(checked).map(([what, number]) => `${number} ${what}`);
  const rows = findings.map(({ kind, outcome, subject, detail }) => ({ kind, outcome, subject, detail }));
  const open = findings.filter((it) => it.outcome !== 'mended').map((it) => `${it.subject}: ${it.next}\n`);
  const todo = open.length > 0 ? `\nTo do:\n${open.join('')}\n` : '';
  const more = found > findings.length ? `... and ${found - findings.length} more\n` : '';
  const summary = isClean ? `clean, ${mended} mended` : `${found - mended} wrong, ${mended} mended`;
  const next = isClean || repair ? '' : `Mend what can be mended without loss: ${commandName()} fsck --repair\n`;
  return `${table(rows)}${more}${todo}Looked at ${counts.join(', ')}: ${summary}.\n${next}`;
}
