import { Command } from 'commander';
import { listAccounts } from '../identity/accounts.ts';
import { signingAuthorityOf } from '../signing/authority.ts';
import { CommandFailed } from './exit-codes.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

export function signingCommand(): Command {
  const certificate = new Command('certificate')
    .description('Print the certificate that trusts the signatures of an account. A server may run beside this.')
    .option('--account <id>', 'of this account; of the one that the settings name where nothing is said')
    .addHelpText(
      'after',
      '\nExample:\n  berth signing certificate > berth.pem\n  notation cert add --type signingAuthority --store berth berth.pem',
    )
    .action(async (options: { readonly account?: string }) => {
      const account = options.account ?? (await settingsFor({ ...options })).accountId;
      const authority = await withWorld({ ...options }, async (world) => {
        if ((await listAccounts(world)).some((it) => it.accountId === account))
          return signingAuthorityOf(world, account);
        throw new CommandFailed(`There is no account ${account}. See which there are with: berth account list`);
      });
      process.stdout.write(authority.certificate);
    });
  return new Command('signing')
    .description('What signs images, and who trusts it.')
    .addCommand(addSettingFlags(certificate, WHERE));
}
