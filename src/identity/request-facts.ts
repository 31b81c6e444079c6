import type { Exchange } from '../exchange.ts';
import type { RequestFacts } from './caller.ts';

/** What an HTTP request says of itself. */
export function requestFacts(
  { request: { headers }, from }: Pick<Exchange, 'request' | 'from'>,
  region: string,
): RequestFacts {
  return {
    region,
    sourceIp: from.address,
    isSecure: from.isSecure,
    userAgent: headers['user-agent'],
    referer: headers.referer,
  };
}
