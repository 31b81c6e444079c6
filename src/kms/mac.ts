import { createHmac, timingSafeEqual } from 'node:crypto';
import { mustKnow } from './encrypt.ts';
import type { Key } from './find-key.ts';
import { withMaterial } from './kept-material.ts';
import { InvalidMac, keyNotFound } from './refusals.ts';
import type { Using } from './use-key.ts';

/** The HMAC of a message under the key. @throws InvalidKeyUsage, NotFound, KeyUnavailable */
export async function macOf(world: Using, key: Key, algorithm: string, message: Uint8Array): Promise<Buffer> {
  mustKnow(key, algorithm);
  const hash = `sha${algorithm.slice('HMAC_SHA_'.length)}`;
  const material = { keyId: key.row.key_id, version: key.row.current_version };
  const mac = await withMaterial(world, material, (secret) => createHmac(hash, secret).update(message).digest());
  if (mac === undefined) throw keyNotFound(key.arn);
  return mac;
}

/** Resolves when it is the MAC of the message. @throws InvalidMac when not; what `macOf` throws */
export async function verifyMac(
  world: Using,
  key: Key,
  { algorithm, message, mac }: { readonly algorithm: string; readonly message: Uint8Array; readonly mac: Uint8Array },
): Promise<void> {
  const right = await macOf(world, key, algorithm, message);
  if (right.length !== mac.length || !timingSafeEqual(right, mac)) throw InvalidMac({});
}
