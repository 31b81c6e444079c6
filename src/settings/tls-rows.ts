import type { Row } from './row.ts';
import { path, tls, wholeNumber } from './shapes.ts';

/** How connections are encrypted. */
export const tlsRows = {
  tls: {
    what: 'self-signed: own local authority; off: plain HTTP; or files CERT.pem,KEY.pem, read again when they change',
    allowed: 'self-signed, off, or a pair CERT.pem,KEY.pem',
    example: 'self-signed',
    fallback: 'self-signed',
    shape: tls,
  },
  mtlsPort: {
    what: 'A second port, which takes only clients that show a certificate of the authority in BERTH_MTLS_CLIENT_CA_FILE',
    allowed: 'a whole number from 0 to 65535',
    example: '5443',
    fallback: undefined,
    fallbackShown: 'none',
    shape: wholeNumber(0, 65_535),
  },
  mtlsClientCaFile: {
    what: 'PEM file of the authorities whose clients may come to the second port',
    allowed: 'a path',
    example: '/etc/berth/clients.pem',
    fallback: undefined,
    fallbackShown: 'none',
    shape: path,
  },
} as const satisfies Record<string, Row>;
