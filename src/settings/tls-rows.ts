import * as v from 'valibot';
import type { Row } from './row.ts';
import { path, publicNames, tls, url, wholeNumber } from './shapes.ts';

/** How connections are encrypted. */
export const tlsRows = {
  tls: {
    what: 'self-signed: own local authority; acme: a public one; off: plain HTTP; or files CERT.pem,KEY.pem, read again when they change',
    allowed: 'self-signed, acme, off, or a pair CERT.pem,KEY.pem',
    example: 'self-signed',
    fallback: 'self-signed',
    shape: tls,
  },
  acmeNames: {
    what: 'Names in the DNS that BERTH_TLS=acme gets a certificate for; each leads to port 80 here',
    allowed: 'names separated by commas',
    example: 'registry.example.com,123456789012.dkr.ecr.us-east-1.registry.example.com',
    fallback: undefined,
    fallbackShown: 'none',
    shape: publicNames,
  },
  acmeDirectory: {
    what: 'The ACME authority that is asked, to whose terms you agree by it (RFC 8555)',
    allowed: 'an https:// address',
    example: 'https://acme-v02.api.letsencrypt.org/directory',
    fallback: 'https://acme-v02.api.letsencrypt.org/directory',
    shape: url,
  },
  acmeEmail: {
    what: 'Where the authority writes to when something is wrong with the certificate',
    allowed: 'an address of mail',
    example: 'ops@example.com',
    fallback: undefined,
    fallbackShown: 'nobody',
    shape: v.pipe(v.string(), v.regex(/^[^\s@]+@[^\s@]+$/)),
  },
  acmePort: {
    what: 'Port on which the authority finds its challenges answered; it asks at port 80, which must lead here',
    allowed: 'a whole number from 0 to 65535',
    example: '80',
    fallback: '80',
    shape: wholeNumber(0, 65_535),
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
