import { isIP } from 'node:net';
import { isPublicAddress } from './addresses.ts';
import { OutboundError } from './port.ts';
import type { Resolve } from './resolve.ts';

export interface Guard {
  readonly resolve: Resolve;
  /** Addresses that may be asked although they are not public. */
  readonly mayAsk: (address: string) => boolean;
}

/** Where to connect for an address that was looked at. */
export interface Destination {
  readonly url: URL;
  /** Each of them may be asked. */
  readonly addresses: readonly string[];
}

/**
 * Looks at an address before anything is sent to it: an `https:` URL without credentials, whose host has addresses that
 * may all be asked. `mayBePlain`: an `http:` URL will do, too, for a host inside the networks that the operator named.
 *
 * @throws OutboundError
 */
export async function lookAt(
  address: string,
  guard: Guard,
  { mayBePlain = false }: { readonly mayBePlain?: boolean | undefined } = {},
): Promise<Destination> {
  const url = URL.parse(address);
  const isPlain = url?.protocol === 'http:' && mayBePlain;
  if (url === null || !(url.protocol === 'https:' || isPlain)) {
    throw refused(`${address} is no ${mayBePlain ? 'https:// or http://' : 'https://'} address.`);
  }
  if (url.username !== '' || url.password !== '') throw refused(`${url.host} would be sent a password.`);
  return { url, addresses: await addressesOf(url.hostname, guard, { isPlain }) };
}

/**
 * The addresses of the host of a URL, which may all be asked. A name with one address outside and one inside is refused:
 * nobody needs such a one. `isPlain`: what is sent there is not encrypted, so all must be inside.
 *
 * @throws OutboundError
 */
export async function addressesOf(
  hostname: string,
  { resolve, mayAsk }: Guard,
  { isPlain }: { readonly isPlain: boolean },
): Promise<readonly string[]> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(host) === 0 ? await resolveOr(resolve, host) : [host];
  const inside = addresses.find((it) => !isPublicAddress(it) && !mayAsk(it));
  if (inside !== undefined) {
    throw refused(
      `${host} is at ${inside}, which is not on the internet. The networks that may be asked besides are those of BERTH_OUTBOUND_ALLOW.`,
    );
  }
  const outside = isPlain ? addresses.find((it) => !mayAsk(it)) : undefined;
  if (outside !== undefined) {
    throw refused(
      `${host} is at ${outside}, and would be spoken to in the clear. That is done in the networks of BERTH_OUTBOUND_ALLOW alone.`,
    );
  }
  return addresses;
}

async function resolveOr(resolve: Resolve, host: string): Promise<readonly string[]> {
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new OutboundError('unreachable', `${host} has no address.`, { cause });
  });
  if (addresses.length === 0) throw new OutboundError('unreachable', `${host} has no address.`);
  return addresses;
}

function refused(message: string): OutboundError {
  return new OutboundError('refused', message);
}
