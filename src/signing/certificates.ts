import { certificateSerial } from '../values/certificate-serial.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Twenty years: signatures are looked at for as long as their images live. */
const AUTHORITY_LIFE_MS = 7305 * DAY;
/** Clocks of those who verify may be behind. */
const SKEW_MS = DAY;
const AUTHORITY_KEY = { name: 'ECDSA', namedCurve: 'P-384' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-384' };

/** A certificate, as PEM, and its private key, as PKCS #8. */
export interface Authority {
  readonly certificate: string;
  readonly key: Buffer;
}

/** The library is large and seldom needed: it is loaded when a certificate is made. It reads metadata as it loads. */
async function library() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/**
 * Makes the authority of an account. Its form is what the Notary Project asks for ("Signature specification, Certificate
 * requirements"); `serial` is 16 random bytes, and part of its name, so that two installations are told apart.
 */
export async function makeSigningAuthority(
  account: string,
  { now, serial }: { readonly now: Date; readonly serial: Buffer },
): Promise<Authority> {
  const x509 = await library();
  const keys = await crypto.subtle.generateKey(AUTHORITY_KEY, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `C=ZZ, ST=Berth, O=Berth, OU=${account}, CN=Signing authority ${serial.toString('hex').slice(0, 8)}`,
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
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { certificate: `${certificate.toString('pem').trimEnd()}\n`, key };
}

export interface SignerName {
  readonly account: string;
  readonly region: string;
  readonly profileName: string;
}

/**
 * The certificate of a profile, for as long as the authority's own. `publicKey` is DER (SubjectPublicKeyInfo). Answers
 * the chain as DER, the profile's own first. Its subject names account, region and profile, so that a trust policy may
 * trust one profile alone.
 */
export async function makeSignerCertificate(
  authority: Authority,
  { account, region, profileName }: SignerName,
  { publicKey, now, serial }: { readonly publicKey: Uint8Array; readonly now: Date; readonly serial: Buffer },
): Promise<readonly Buffer[]> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await crypto.subtle.importKey('pkcs8', copyOf(authority.key), AUTHORITY_KEY, false, ['sign']);
  const ownKey = new x509.PublicKey(copyOf(publicKey));
  const certificate = await x509.X509CertificateGenerator.create({
    // Each attribute once: notation reads no more.
    subject: `C=ZZ, ST=Berth, L=${region}, O=Berth, OU=${account}, CN=${profileName}`,
    issuer: issuer.subject,
    serialNumber: certificateSerial(serial),
    notBefore: new Date(Math.max(now.getTime() - SKEW_MS, issuer.notBefore.getTime())),
    notAfter: issuer.notAfter,
    signingAlgorithm: SIGNING,
    publicKey: ownKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.codeSigning]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(ownKey),
    ],
  });
  return [Buffer.from(certificate.rawData), Buffer.from(issuer.rawData)];
}

/** Bytes in a buffer of their own: the library takes no view of a shared one. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
