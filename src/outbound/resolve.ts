import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';

/** The addresses of a host, as many as it has. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** The machine's own resolver, /etc/hosts included. */
export const systemResolve: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
};

/** Gives the connection these addresses, whatever name it asks for: a name that is resolved again may have changed. */
export function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all: wantsAll }, answer) => {
    const [first] = all;
    if (first === undefined) answer(new Error('There is no address.'), '', 4);
    else if (wantsAll) answer(null, all);
    else answer(null, first.address, first.family);
  };
}
