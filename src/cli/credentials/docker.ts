import { CommandFailed } from '../exit-codes.ts';
import type { ClientSettings } from './client-settings.ts';
import { findLogin } from './find-login.ts';

/** The words by which docker knows that a helper has nothing, and goes on without a login. */
export const NOT_FOUND = 'credentials not found in native keychain';

/**
 * Answers docker's credential helper protocol. `get` makes a login for the registry on standard input; `store` and
 * `erase` are taken and change nothing, for each login is made when it is asked for; `list` has nothing to list.
 *
 * @throws CommandFailed, also for a registry that is not Berth's
 */
export async function answerDocker(
  action: string | undefined,
  { input, settings }: { readonly input: () => Promise<string>; readonly settings: () => Promise<ClientSettings> },
): Promise<string> {
  if (action === 'list') return '{}';
  if (action === 'store' || action === 'erase') {
    await input();
    return '';
  }
  if (action !== 'get') throw new CommandFailed('docker-credential-berth get|store|erase|list');
  const address = (await input()).trim();
  const host = URL.parse(/^https?:\/\//.test(address) ? address : `https://${address}`)?.host ?? '';
  const login = await findLogin(await settings(), host);
  if (!login) throw new CommandFailed(NOT_FOUND);
  return JSON.stringify({ ServerURL: address, Username: login.username, Secret: login.password });
}
