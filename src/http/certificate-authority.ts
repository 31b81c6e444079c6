import { isIP } from 'node:net';
import { certificateSerial } from '../values/certificate-serial.ts';
import type { TlsFiles } from './server.ts';

const DAY = 24 * 60 * 60 * 1000;
const AUTHORITY_LIFE_MS = 3652 * DAY;
/** The longest that clients of Apple take from any authority: 398 days. */
const LEAF_LIFE_MS = 397 * DAY;
/** Clocks of clients may be behind. */
const SKEW_MS = DAY;
const KEY = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };

/** The library is large and seldom needed: it is loaded when a certificate is made. It reads metadata as it loads. */
async function library() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** Makes an authority; `serial` is 16 random bytes, and part of its name, so that two installations are told apart. */
export async function makeAuthority(now: Date, serial: Buffer): Promise<TlsFiles> {
  const x509 = await library();
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Berth local authority ${serial.toString('hex').slice(0, 8)}`,
    serialNumber: certificateSerial(serial),
    notBefore: new Date(now.getTime() - SKEW_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_LIFE_MS),
    signingAlgorithm: SIGNING,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate.toString('pem')), key: await pemOf(keys.privateKey) };
}

/** Makes a server's certificate for `names`, signed by `authority`; the authority follows it in the text. */
export async function makeCertificate(
  authority: TlsFiles,
  names: readonly string[],
  { now, serial }: { now: Date; serial: Buffer },
): Promise<TlsFiles> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const [der] = x509.PemConverter.decode(authority.key);
  if (der === undefined) throw new Error('The key of the local authority is empty.');
  const signingKey = await crypto.subtle.importKey('pkcs8', der, KEY, false, ['sign']);
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${names[0] ?? 'berth'}`,
    issuer: issuer.subject,
    serialNumber: certificateSerial(serial),
    notBefore: new Date(now.getTime() - SKEW_MS),
    notAfter: new Date(now.getTime() + LEAF_LIFE_MS),
    signingAlgorithm: SIGNING,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: `${pem(certificate.toString('pem'))}${authority.certificate}`,
    key: await pemOf(keys.privateKey),
  };
}

async function pemOf(key: CryptoKey): Promise<string> {
  const { PemConverter } = await library();
  return pem(PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY'));
}

function pem(text: string): string {
  return `${text.trimEnd()}\n`;
}
