import type { Row } from './row.ts';
import { networks, path } from './shapes.ts';

/** What may be asked of the world outside: identity providers of web identities. */
export const outboundRows = {
  outboundAllow: {
    what: 'Networks that are not on the internet and may be asked nevertheless, such as that of an identity provider',
    allowed: 'networks separated by commas',
    example: '10.20.0.0/16,fd00:1::/64',
    fallback: undefined,
    fallbackShown: 'the internet alone',
    shape: networks,
  },
  outboundCaFile: {
    what: 'PEM file of authorities that are trusted there beside those that the system knows',
    allowed: 'a path',
    example: '/etc/berth/outbound-ca.pem',
    fallback: undefined,
    shape: path,
  },
} as const satisfies Record<string, Row>;
