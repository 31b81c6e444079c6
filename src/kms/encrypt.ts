import { constants, createPrivateKey, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { Caller } from '../identity/caller.ts';
import { findKeyVersion } from '../storage/metadata/kms-keys.ts';
import type { EncryptionContext } from './encryption-context.ts';
import type { Key } from './find-key.ts';
import { withMaterial } from './kept-material.ts';
import { algorithmsOf, keySpec } from './key-specs.ts';
import { DryRun, Invalid, InvalidCiphertext, InvalidKeyUsage, keyNotFound } from './refusals.ts';
import { type OpenBlob, openUnder, sealUnder, type Using, usableKey } from './use-key.ts';

/** The algorithm of a symmetric key, and of whoever names none. */
export const SYMMETRIC = 'SYMMETRIC_DEFAULT';

/**
 * Encrypts under the key; with RSA there is no context, and as much as OAEP takes.
 *
 * @throws InvalidKeyUsage, Invalid, NotFound, KeyUnavailable
 */
export async function encrypt(
  world: Using,
  key: Key,
  { plaintext, algorithm, context }: { plaintext: Uint8Array; algorithm: string; context: EncryptionContext },
): Promise<Buffer> {
  mustKnow(key, algorithm);
  if (algorithm === SYMMETRIC) return (await sealUnder(world, key, plaintext, context)).blob;
  mustHaveNoContext(context);
  const oaepHash = oaepHashOf(algorithm);
  const most = bytesOf(key) - 2 * (oaepHash === 'sha1' ? 20 : 32) - 2;
  if (plaintext.length > most) {
    throw Invalid({
      what: `Algorithm ${algorithm} and key spec ${key.row.spec} cannot encrypt data larger than ${most} bytes.`,
    });
  }
  const der = await publicKeyOf(world, key);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, plaintext);
}

/** What was encrypted under a key, and what that was. */
export interface Decrypted {
  readonly plaintext: Buffer;
  readonly key: Key;
  /** The material that it was encrypted with; undefined of RSA. */
  readonly version: number | undefined;
}

/** @throws Invalid, InvalidCiphertext, CiphertextDenied, IncorrectKey, DryRun, and what `usableKey` throws */
export async function decrypt(
  world: Using,
  caller: Caller,
  { algorithm, ...input }: OpenBlob & { readonly algorithm: string },
): Promise<Decrypted> {
  if (algorithm === SYMMETRIC) return openUnder(world, caller, input);
  const { keyId, blob, encryptionContext, isDryRun = false } = input;
  if (keyId === undefined) throw Invalid({ what: `KeyId is required with the algorithm ${algorithm}.` });
  mustHaveNoContext(encryptionContext);
  const key = await usableKey(world, caller, { ...input, keyId, usage: 'ENCRYPT_DECRYPT' });
  mustKnow(key, algorithm);
  if (isDryRun) throw DryRun({});
  const material = { keyId: key.row.key_id, version: key.row.current_version };
  const oaepHash = oaepHashOf(algorithm);
  const plaintext = await withMaterial(world, material, (der) => {
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    try {
      return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, blob);
    } catch {
      // What is wrong with it is nobody's business.
      throw InvalidCiphertext({});
    }
  });
  if (plaintext === undefined) throw keyNotFound(key.arn);
  return { plaintext, key, version: undefined };
}

/** DER of the public half of a pair. @throws NotFound when the key went meanwhile */
export async function publicKeyOf({ metadata }: Pick<Using, 'metadata'>, { row, arn }: Key): Promise<Buffer> {
  const version = await metadata.read((tx) => findKeyVersion(tx, row.key_id, row.current_version));
  if (!version?.public_key) throw keyNotFound(arn);
  return Buffer.from(version.public_key);
}

/** Whether a key does what an algorithm wants. @throws InvalidKeyUsage */
export function mustKnow({ row, arn }: Key, algorithm: string): void {
  if (algorithmsOf(row.spec, row.key_usage).includes(algorithm)) return;
  throw InvalidKeyUsage({ what: `Algorithm ${algorithm} is incompatible with key spec ${row.spec} of ${arn}.` });
}

function mustHaveNoContext(context: EncryptionContext): void {
  if (Object.keys(context).length === 0) return;
  throw Invalid({ what: 'An encryption context is valid only with symmetric encryption keys.' });
}

function oaepHashOf(algorithm: string): 'sha1' | 'sha256' {
  return algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256';
}

function bytesOf({ row }: Key): number {
  const facts = keySpec(row.spec);
  return facts?.kind === 'rsa' ? facts.bits / 8 : 0;
}
