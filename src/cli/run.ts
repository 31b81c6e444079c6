import { CommanderError } from 'commander';
import { CannotStart } from '../installation/cannot-start.ts';
import { commandName } from '../settings/command-name.ts';
import { SettingsError } from '../settings/settings-error.ts';
import { StorageFull, StoreUnavailable } from '../storage/blobs/port.ts';
import { DatabaseUnavailable, NotStarted, OtherVersion, ReadOnly, UnfitDatabase } from '../storage/metadata/port.ts';
import { Refusal } from '../values/refusal.ts';
import { CommandFailed, EXIT, type ExitCode } from './exit-codes.ts';
import { program } from './program.ts';

/** What storage cannot do just now is nobody's bug. */
const STORAGE_SAYS = [
  DatabaseUnavailable,
  StoreUnavailable,
  StorageFull,
  ReadOnly,
  NotStarted,
  OtherVersion,
  UnfitDatabase,
];

/** Runs the command line `args` to its end and gives the exit status. Failures are told on standard error. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  let status: ExitCode = EXIT.done;
  try {
    const berth = await program(args, (code) => {
      status = code;
    });
    await berth.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    return tell(error);
  }
}

function tell(error: unknown): ExitCode {
  // commander has written its own words by now; its status for wrong usage is 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUsage;
  if (error instanceof SettingsError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.wrongUsage;
  }
  // An expected no of the registry, in its own words.
  if (error instanceof CannotStart || error instanceof CommandFailed || error instanceof Refusal) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.failed;
  }
  if (STORAGE_SAYS.some((kind) => error instanceof kind)) {
    const said = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${said.replace(/\.?$/, '.')} To see what is wrong: ${commandName()} doctor\n`);
    return EXIT.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`This is a bug in Berth:\n${stack}\n`);
  return EXIT.failed;
}
