import { BlockList, isIP } from 'node:net';
import { remembered } from '../values/remembered.ts';

/** A range of addresses: of `10.0.0.0/8` the address and 8. */
export interface Network {
  readonly address: string;
  readonly prefix: number;
}

/** IANA IPv4 Special-Purpose Address Registry, multicast, and what is reserved. */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Inside 2000::/3, where all public addresses are: IANA IPv6 Special-Purpose Address Registry, tunnels included. */
const SPECIAL_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** An IPv4 address behind a translator (RFC 6052): there an IPv6-only network reaches the public IPv4 one. */
const TRANSLATED = '64:ff9b::';

const notPublic = new BlockList();
for (const [address, prefix] of SPECIAL_IPV4) {
  notPublic.addSubnet(address, prefix, 'ipv4');
  notPublic.addSubnet(`${TRANSLATED}${address}`, 96 + prefix, 'ipv6');
}
for (const [address, prefix] of SPECIAL_IPV6) notPublic.addSubnet(address, prefix, 'ipv6');

const global = new BlockList();
global.addSubnet('0.0.0.0', 0, 'ipv4');
global.addSubnet('2000::', 3, 'ipv6');
global.addSubnet(TRANSLATED, 96, 'ipv6');

/**
 * Whether an address is one that anybody on the internet can reach: not this machine, its networks, its cloud's metadata
 * service. An IPv4 address written as IPv6 is taken as the IPv4 one. False for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  return isIn(global, address) && !isIn(notPublic, address);
}

/** Tells which addresses are in one of `networks`. */
export function inNetworks(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, prefix } of networks) list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return remembered((address) => isIn(list, address));
}

function isIn(list: BlockList, address: string): boolean {
  // An address with a zone (`fe80::1%eth0`) is one of this machine's own networks.
  if (address.includes('%')) return false;
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
