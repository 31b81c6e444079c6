import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { inNetworks } from '../outbound/addresses.ts';
import { cameFrom } from './came-from.ts';

const isTrusted = inNetworks([
  { address: '10.0.0.0', prefix: 8 },
  { address: 'fd00::', prefix: 8 },
]);

function from(remoteAddress: string, forwarded?: string, more: object = {}) {
  const headers = { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }), ...more };
  return cameFrom({ headers, socket: { remoteAddress } as IncomingMessage['socket'] }, isTrusted).address;
}

test.each([
  ['a client that came by itself', '203.0.113.9', undefined, '203.0.113.9'],
  ['a client that claims to be another', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['an IPv4 client on an IPv6 socket', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
  ['a client behind a proxy', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a client behind two proxies', 'fd00::1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['a client behind a proxy who writes a hop before his own', '10.0.0.1', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
  ['a client that is in the network of proxies', '10.0.0.1', '10.9.9.9', '10.9.9.9'],
  ['the proxy itself', '10.0.0.1', undefined, '10.0.0.1'],
])('the address is that of %s', (_, peer, forwarded, address) => {
  expect(from(peer, forwarded)).toBe(address);
});

test('TLS in front of a trusted proxy counts, a claim of it does not', () => {
  const headers = { 'x-forwarded-proto': 'https' };
  const secure = (remoteAddress: string) =>
    cameFrom({ headers, socket: { remoteAddress } as IncomingMessage['socket'] }, isTrusted).isSecure;
  expect(secure('10.0.0.1')).toBe(true);
  expect(secure('203.0.113.9')).toBe(false);
});
