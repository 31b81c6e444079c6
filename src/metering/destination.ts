import { inNetworks, isPublicAddress, type Network } from '../outbound/addresses.ts';
import type { Destination } from '../values/price-book.ts';
import { remembered } from '../values/remembered.ts';

export type PlacedNetwork = Network & { readonly destination: Destination };

/**
 * Tells where an address is: in the smallest of `networks` that has it; else on the internet when anybody can reach it
 * there, and in the same region when not, as is one that nobody knows any more.
 */
export function destinations(networks: readonly PlacedNetwork[]): (address: string | undefined) => Destination {
  const lists = networks
    .toSorted((a, b) => b.prefix - a.prefix)
    .map(({ destination, ...network }) => ({ destination, has: inNetworks([network]) }));
  const destinationOf = remembered((address): Destination => {
    const known = lists.find((it) => it.has(address));
    return known?.destination ?? (isPublicAddress(address) ? 'internet' : 'same-region');
  });
  return (address) => (address === undefined ? 'same-region' : destinationOf(address));
}
