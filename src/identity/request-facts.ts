import type { IncomingMessage } from 'node:http';
import type { RequestFacts } from './caller.ts';

/** What an HTTP request says of itself. */
export function requestFacts({ headers, socket }: IncomingMessage, region: string): RequestFacts {
  return {
    region,
    sourceIp: socket.remoteAddress?.replace(/^::ffff:(?=[0-9.]+$)/, ''),
    isSecure: 'encrypted' in socket,
    userAgent: headers['user-agent'],
    referer: headers.referer,
  };
}
