import type { KeyObject } from 'node:crypto';

/**
 * Whether a signature has the length that those of the key have: RFC 8017, 8.1.2 and 8.2.2. OpenSSL takes one of RSA that
 * begins with a zero without it, too: a number may be written shorter, a signature not. Other kinds of keys have no
 * length of their own, and are left to their parsers.
 */
export function isOfLength({ asymmetricKeyDetails }: KeyObject, signature: Uint8Array): boolean {
  const bits = asymmetricKeyDetails?.modulusLength;
  return bits === undefined || signature.length === bits / 8;
}
