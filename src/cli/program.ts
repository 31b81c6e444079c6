import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { ExitCode } from './exit-codes.ts';

type End = (code: ExitCode) => void;

/** The commands, as help lists them. Each is loaded when it is called: none waits for what the others need. */
const COMMANDS: Readonly<Record<string, (end: End) => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand(),
  login: async () => (await import('./login.ts')).loginCommand(),
  account: async () => (await import('./account.ts')).accountCommand(),
  doctor: async (end) => (await import('./doctor.ts')).doctorCommand(end),
  tags: async () => (await import('./tags.ts')).tagsCommand(),
  undelete: async () => (await import('./undelete.ts')).undeleteCommand(),
  pulls: async () => (await import('./pulls.ts')).pullsCommand(),
  'in-use': async () => (await import('./in-use.ts')).inUseCommand(),
  gc: async () => (await import('./gc.ts')).gcCommand(),
  lifecycle: async () => (await import('./lifecycle.ts')).lifecycleCommand(),
  jobs: async () => (await import('./jobs.ts')).jobsCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  billing: async () => (await import('./billing.ts')).billingCommand(),
  events: async () => (await import('./events.ts')).eventsCommand(),
  'credential-provider': async () => (await import('./credential-provider.ts')).credentialProviderCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  fsck: async (end) => (await import('./fsck.ts')).fsckCommand(end),
  backup: async (end) => (await import('./backup.ts')).backupCommand(end),
  restore: async () => (await import('./restore.ts')).restoreCommand(),
  'migrate-storage': async (end) => (await import('./migrate-storage.ts')).migrateStorageCommand(end),
  'rotate-root-key': async () => (await import('./rotate-root-key.ts')).rotateRootKeyCommand(),
  signing: async () => (await import('./signing.ts')).signingCommand(),
};

const EXIT_CODES = `
Exit status:
  0  done
  1  failed
  2  wrong usage, or settings that cannot be
  3  checked, and something is wrong`;

/** The command line, as far as `args` ask for it. A command hands its exit status to `end` when it is not 0. */
export async function program(args: readonly string[], end: End): Promise<Command> {
  const berth = new Command('berth')
    .description('Amazon ECR that anyone can run: a registry for container images.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError()
    // What stands behind a command's name is that command's, also where those above it have an option of that name.
    .enablePositionalOptions()
    .showHelpAfterError('(try --help)');
  const called = args.find((it) => !it.startsWith('-'));
  const one = called !== undefined && Object.hasOwn(COMMANDS, called) ? COMMANDS[called] : undefined;
  // All of them for help, and for a name that is not among them, to say which was meant.
  for (const load of one === undefined ? Object.values(COMMANDS) : [one]) berth.addCommand(await load(end));
  for (const command of withinAll(berth)) {
    command.exitOverride().addHelpText('after', EXIT_CODES).configureHelp({ showGlobalOptions: false });
  }
  return berth;
}

/** The command, its commands, and theirs. */
function withinAll(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withinAll)];
}
