import { isIP } from 'node:net';

const KEY = { name: 'ECDSA', namedCurve: 'P-256' };

/** A new key, PKCS #8 in PEM, and a signing request for the names with it, DER: RFC 2986. */
export async function makeRequest(names: readonly string[]): Promise<{ request: Buffer; key: string }> {
  // Large and seldom needed: loaded when a request is made.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    // Authorities take the names from the extension; a common name is bounded to 64 letters.
    name: '',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
    ],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { request: Buffer.from(request.rawData), key: `${key.trimEnd()}\n` };
}
