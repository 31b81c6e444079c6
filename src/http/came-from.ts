import type { IncomingMessage } from 'node:http';
import type { CameFrom } from '../exchange.ts';

/**
 * Where a request came from. A proxy that is trusted says it in X-Forwarded-For, nearest last, and whether it was sent
 * over TLS in X-Forwarded-Proto; from anybody else these are only claims, and the connection counts.
 */
export function cameFrom(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  isTrustedProxy: (address: string) => boolean,
): CameFrom {
  const peer = plain(socket.remoteAddress ?? '');
  const isSecure = 'encrypted' in socket;
  if (peer === '' || !isTrustedProxy(peer)) return { address: peer || undefined, isSecure };
  const named = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const hops = named.map((it) => plain(it.trim())).filter((it) => it !== '');
  // The nearest that is no proxy of ours: what stands before it was written by nobody whom we know.
  const address = hops.findLast((it) => !isTrustedProxy(it)) ?? hops[0] ?? peer;
  return { address, isSecure: isSecure || headers['x-forwarded-proto'] === 'https' };
}

/** An IPv4 address also where it is written as IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=[0-9.]+$)/i, '');
}
