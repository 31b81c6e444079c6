import { Command } from 'commander';
import {
  AccountError,
  closeAccount,
  createAccount,
  listAccounts,
  type ReplacedRootKey,
  type RootKey,
  reopenAccount,
  replaceRootKey,
} from '../identity/accounts.ts';
import { readCredentials, writeCredentials } from '../installation/credentials-file.ts';
import { dataFolder } from '../installation/data-folder.ts';
import { commandName } from '../settings/command-name.ts';
import type { World } from '../world.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly output: OutputForm;
}

/** `berth account ...`: what only whoever runs the installation may do. */
export function accountCommand(): Command {
  const command = new Command('account').description(
    'Accounts: each has its own registries, users and roles. A server may run beside this.',
  );
  command.addCommand(
    sub('create', 'Make an account, and show the key of its root this one time.', '"Team Web" --output json')
      .argument('<name>', 'how it is called in lists')
      .action((name: string, options: Options) =>
        inWorld(options, (world) => createAccount(world, name)).then(show(options)),
      ),
  );
  command.addCommand(
    sub('list', 'List all accounts.', '--output json').action(async (options: Options) => {
      const accounts = await inWorld(options, listAccounts);
      if (options.output === 'json') process.stdout.write(json(accounts));
      else {
        const rows = accounts.map(({ accountId, name = '', alias = '', status, createdAt }) => {
          return { account: accountId, name, alias, status, created: createdAt.toISOString() };
        });
        process.stdout.write(table(rows));
      }
    }),
  );
  command.addCommand(
    ofAccount('close', 'End everything that an account signs or logs in with. What it has stays.').action(
      async (account: string, options: Options) => {
        const { accountId } = await settingsFor({ ...options });
        if (account === accountId) {
          throw new CommandFailed(
            `Account ${account} is the one that the server starts with (account-id). Start it with another one first.`,
          );
        }
        await inWorld(options, (world) => closeAccount(world, account));
        process.stderr.write(
          `Account ${account} is closed. Open it again: ${commandName()} account reopen ${account}\n`,
        );
      },
    ),
  );
  command.addCommand(
    ofAccount('reopen', 'Let a closed account sign and log in again.').action(
      async (account: string, options: Options) => {
        await inWorld(options, (world) => reopenAccount(world, account));
        process.stderr.write(`Account ${account} is open.\n`);
      },
    ),
  );
  command.addCommand(
    ofAccount('rotate-root-key', "Give an account's root another key; the one that it has ends at once.").action(
      (account: string, options: Options) => replace(account, options, { orNone: false }),
    ),
  );
  command.addCommand(
    ofAccount(
      'reset-root',
      'Get into an account again: give its root a key, whatever became of those that it had.',
    ).action((account: string, options: Options) => replace(account, options, { orNone: true })),
  );
  return command;
}

function sub(name: string, description: string, example: string): Command {
  const command = new Command(name)
    .description(description)
    .addOption(outputOption())
    .addHelpText('after', `\nExample:\n  berth account ${name} ${example}`);
  return addSettingFlags(command, WHERE);
}

function ofAccount(name: string, description: string): Command {
  return sub(name, description, '210987654321').argument('<account>', 'its number of twelve digits');
}

async function replace(account: string, options: Options, how: { readonly orNone: boolean }): Promise<void> {
  const settings = await settingsFor({ ...options });
  if (account === settings.accountId && settings.rootAccessKeyId !== undefined) {
    throw new CommandFailed(
      `The key of the root of account ${account} is given by BERTH_ROOT_ACCESS_KEY_ID, and the next start would bring it back. Give another pair there and start the server again.`,
    );
  }
  const key = await inWorld(options, (world) => replaceRootKey(world, account, how));
  if (!settings.ephemeral) await keepInFile(dataFolder(settings.dataDir).credentials, key);
  show(options)(key);
}

/** The file beside the data, by which `berth login` logs in, has the new key when it had the old one. */
async function keepInFile(file: string, { replaced, ...key }: ReplacedRootKey): Promise<void> {
  const kept = await readCredentials(file);
  if (kept && replaced.includes(kept.accessKeyId)) await writeCredentials(file, key);
}

/** Prints a key with its secret: nobody can ask for it later. */
function show({ output }: Options): (key: RootKey) => void {
  return ({ accountId, accessKeyId, secretAccessKey }) => {
    if (output === 'json') {
      process.stdout.write(json({ accountId, accessKeyId, secretAccessKey }));
      return;
    }
    process.stdout.write(
      table([{ account: accountId, 'access key': accessKeyId, 'secret access key': secretAccessKey }]),
    );
    process.stderr.write('Keep the secret: it is not shown again.\n');
  };
}

/** @throws CommandFailed for what cannot be done with the account */
async function inWorld<T>(options: Options, work: (world: World) => Promise<T>): Promise<T> {
  try {
    return await withWorld({ ...options }, work);
  } catch (error) {
    throw error instanceof AccountError ? new CommandFailed(error.message) : error;
  }
}
