import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { accountCommand } from './account.ts';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { billingCommand } from './billing.ts';
import { credentialProviderCommand } from './credential-provider.ts';
import { doctorCommand } from './doctor.ts';
import { eventsCommand } from './events.ts';
import type { ExitCode } from './exit-codes.ts';
import { explainCommand } from './explain.ts';
import { fsckCommand } from './fsck.ts';
import { gcCommand } from './gc.ts';
import { inUseCommand } from './in-use.ts';
import { jobsCommand } from './jobs.ts';
import { lifecycleCommand } from './lifecycle.ts';
import { loginCommand } from './login.ts';
import { migrateStorageCommand } from './migrate-storage.ts';
import { pullsCommand } from './pulls.ts';
import { restoreCommand } from './restore.ts';
import { rotateRootKeyCommand } from './rotate-root-key.ts';
import { serveCommand } from './serve.ts';
import { signingCommand } from './signing.ts';
import { tagsCommand } from './tags.ts';
import { undeleteCommand } from './undelete.ts';

const EXIT_CODES = `
Exit status:
  0  done
  1  failed
  2  wrong usage, or settings that cannot be
  3  checked, and something is wrong`;

/** The command line. A command hands its exit status to `end` when it is not 0. */
export function program(end: (code: ExitCode) => void): Command {
  const berth = new Command('berth')
    .description('Amazon ECR that anyone can run: a registry for container images.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError()
    // What stands behind a command's name is that command's, also where those above it have an option of that name.
    .enablePositionalOptions()
    .showHelpAfterError('(try --help)');
  const commands = [
    serveCommand(),
    loginCommand(),
    accountCommand(),
    doctorCommand(end),
    tagsCommand(),
    undeleteCommand(),
    pullsCommand(),
    inUseCommand(),
    gcCommand(),
    lifecycleCommand(),
    jobsCommand(),
    auditCommand(),
    billingCommand(),
    eventsCommand(),
    credentialProviderCommand(),
    explainCommand(),
    fsckCommand(end),
    backupCommand(end),
    restoreCommand(),
    migrateStorageCommand(end),
    rotateRootKeyCommand(),
    signingCommand(),
  ];
  for (const command of commands) berth.addCommand(command);
  for (const command of withinAll(berth)) {
    command.exitOverride().addHelpText('after', EXIT_CODES).configureHelp({ showGlobalOptions: false });
  }
  return berth;
}

/** The command, its commands, and theirs. */
function withinAll(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withinAll)];
}
