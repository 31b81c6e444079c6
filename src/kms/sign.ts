import { constants, createPrivateKey, createPublicKey, type KeyObject, sign as signMessage, verify } from 'node:crypto';
import { mustKnow, publicKeyOf } from './encrypt.ts';
import type { Key } from './find-key.ts';
import { withMaterial } from './kept-material.ts';
import { Invalid, InvalidSignature, keyNotFound } from './refusals.ts';
import { isOfLength } from './signature-length.ts';
import { type SigningAlgorithm, signingAlgorithm } from './signing-algorithms.ts';
import type { Using } from './use-key.ts';

export interface Signing {
  readonly message: Uint8Array;
  /** Whether `message` is a digest of it, made with the algorithm's hash. */
  readonly type: 'RAW' | 'DIGEST' | 'EXTERNAL_MU';
  readonly algorithm: string;
}

/** Signs with the private half of a key. @throws InvalidKeyUsage, Invalid, NotFound, KeyUnavailable */
export async function sign(world: Using, key: Key, signing: Signing): Promise<Buffer> {
  const algorithm = checked(key, signing);
  const { signDigest } = await digests();
  const material = { keyId: key.row.key_id, version: key.row.current_version };
  const signature = await withMaterial(world, material, (der) => {
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return signing.type === 'DIGEST'
      ? signDigest(privateKey, algorithm, signing.message, world.ids)
      : signMessage(hashOf(algorithm), signing.message, paddingOf(privateKey, algorithm));
  });
  if (signature === undefined) throw keyNotFound(key.arn);
  return signature;
}

/** Resolves when it is a signature of the message. @throws InvalidSignature when not; InvalidKeyUsage, Invalid, NotFound */
export async function verifySignature(
  world: Pick<Using, 'metadata'>,
  key: Key,
  signing: Signing & { readonly signature: Uint8Array },
): Promise<void> {
  const algorithm = checked(key, signing);
  const { verifyDigest } = await digests();
  const der = await publicKeyOf(world, key);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const isRight =
    signing.type === 'DIGEST'
      ? verifyDigest(publicKey, algorithm, signing.message, signing.signature)
      : isOfLength(publicKey, signing.signature) &&
        verify(hashOf(algorithm), signing.message, paddingOf(publicKey, algorithm), signing.signature);
  if (!isRight) throw InvalidSignature({});
}

/** Curves take long to load, and few sign here. */
function digests() {
  return import('./sign-digest.ts');
}

function checked(key: Key, { message, type, algorithm: name }: Signing): SigningAlgorithm {
  mustKnow(key, name);
  const algorithm = signingAlgorithm(name);
  if (!algorithm || type === 'EXTERNAL_MU' || (type === 'DIGEST' && algorithm.scheme === 'ed25519')) {
    throw Invalid({ what: `MessageType ${type} is not valid with the algorithm ${name}.` });
  }
  if (type === 'DIGEST' && message.length !== algorithm.digestBytes) {
    throw Invalid({ what: `Digest is invalid length for algorithm ${name}.` });
  }
  return algorithm;
}

/** Ed25519 hashes by itself. */
function hashOf({ scheme, hash }: SigningAlgorithm): string | undefined {
  return scheme === 'ed25519' ? undefined : hash;
}

function paddingOf(key: KeyObject, { scheme, digestBytes }: SigningAlgorithm) {
  if (scheme === 'pss') return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: digestBytes };
  return scheme === 'pkcs1' ? { key, padding: constants.RSA_PKCS1_PADDING } : { key };
}
