import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Exchange } from '../exchange.ts';
import type { World } from '../world.ts';
import type { Act } from './act.ts';

/** The act of a request that has just come; whoever answers it fills in what it turns out to be. */
export function beginAct(
  { request, requestId, from }: Pick<Exchange, 'request' | 'requestId' | 'from'>,
  { clock, ids }: Pick<World, 'clock' | 'ids'>,
  source: string,
): Act {
  return {
    eventId: ids.uuid(),
    requestId,
    at: clock.now(),
    source,
    name: undefined,
    request: {
      sourceIp: from.address,
      userAgent: request.headers['user-agent'],
      host: request.headers.host,
      tls: tlsOf(request),
    },
    region: undefined,
    principal: undefined,
    parameters: undefined,
    response: undefined,
    resources: [],
    error: undefined,
  };
}

function tlsOf({ socket }: IncomingMessage): Act['request']['tls'] {
  if (!isTls(socket)) return undefined;
  return { version: socket.getProtocol() ?? '', cipher: socket.getCipher().name };
}

function isTls(socket: IncomingMessage['socket']): socket is TLSSocket {
  return 'encrypted' in socket;
}
