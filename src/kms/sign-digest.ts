import { constants, type KeyObject, privateEncrypt, publicDecrypt } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Ids } from '../world.ts';
import { encodePss, isPss } from './emsa-pss.ts';
import { isOfLength } from './signature-length.ts';
import type { SigningAlgorithm } from './signing-algorithms.ts';

/*
 * Signatures over a digest that the caller made. Node hashes whatever it signs, so RSA is built here on its raw
 * operation, and ECDSA comes from @noble/curves.
 */

const CURVES = { prime256v1: p256, secp384r1: p384, secp521r1: p521, secp256k1 } as const;
/** KMS signs DER, and takes both of the two values that each signature may have. */
const ECDSA = { prehash: false, lowS: false, format: 'der' } as const;

/** DigestInfo without the digest: RFC 8017, section 9.2, note 1. */
const DIGEST_INFO = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  sha512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
} as const;

/** Signs a digest of the algorithm's hash. */
export function signDigest(
  key: KeyObject,
  { scheme, hash }: SigningAlgorithm,
  digest: Uint8Array,
  ids: Pick<Ids, 'bytes'>,
): Buffer {
  if (scheme === 'pkcs1') {
    const info = Buffer.concat([DIGEST_INFO[hash], digest]);
    return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info);
  }
  if (scheme === 'pss') {
    const encoded = encodePss(hash, digest, ids.bytes(digest.length), bitsOf(key) - 1);
    return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
  }
  const { d = '' } = key.export({ format: 'jwk' });
  return Buffer.from(curveOf(key).sign(digest, Buffer.from(d, 'base64url'), ECDSA));
}

/** Whether it is a signature of the digest. Nothing that a caller sends makes it throw. */
export function verifyDigest(
  key: KeyObject,
  { scheme, hash }: SigningAlgorithm,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!isOfLength(key, signature)) return false;
  try {
    if (scheme === 'pkcs1') {
      const info = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
      return info.equals(Buffer.concat([DIGEST_INFO[hash], digest]));
    }
    if (scheme === 'pss') {
      const encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
      return isPss(hash, digest, encoded, bitsOf(key) - 1);
    }
    const { x = '', y = '' } = key.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    return curveOf(key).verify(signature, digest, point, ECDSA);
  } catch {
    // Bytes that are no signature at all.
    return false;
  }
}

function bitsOf({ asymmetricKeyDetails }: KeyObject): number {
  return asymmetricKeyDetails?.modulusLength ?? 0;
}

function curveOf({ asymmetricKeyDetails }: KeyObject) {
  const name = asymmetricKeyDetails?.namedCurve ?? '';
  const curve = Object.entries(CURVES).find(([it]) => it === name)?.[1];
  if (!curve) throw new Error(`Keys on the curve ${name} sign nothing here.`);
  return curve;
}
