import type { Row } from './row.ts';
import { networks } from './shapes.ts';

/** What stands between clients and the port. */
export const proxyRows = {
  trustedProxies: {
    what: 'Networks of load balancers whose X-Forwarded-For and X-Forwarded-Proto are believed, in policies and records',
    allowed: 'networks separated by commas',
    example: '10.0.0.0/8,fd00::/8',
    fallback: undefined,
    fallbackShown: 'none: the connection counts',
    shape: networks,
  },
} as const satisfies Record<string, Row>;
