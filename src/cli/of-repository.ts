import type { Command } from 'commander';
import type { RegistryId } from '../values/registry-id.ts';
import { isAccount } from '../values/registry-id.ts';
import { CommandFailed } from './exit-codes.ts';
import { settingsFor } from './setting-flags.ts';

export interface OfRegistry {
  readonly registryId?: string;
  readonly region?: string;
}

/** `--registry-id` and `--region`: whose repository is meant. */
export function addRegistryOptions(command: Command): Command {
  return command
    .option('--registry-id <account>', "the account of the repository; the settings' own when it is not said")
    .option('--region <region>', 'its region; the first that the settings name when it is not said');
}

/** @throws CommandFailed for an account that cannot be */
export async function registryOf(options: OfRegistry): Promise<RegistryId> {
  const { accountId, region } = await settingsFor({ ...options });
  const account = options.registryId ?? accountId;
  if (!isAccount(account)) throw new CommandFailed(`--registry-id ${account} is no account. It has twelve digits.`);
  return { account, region: region[0] };
}
