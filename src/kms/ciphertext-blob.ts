import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Ids } from '../world.ts';
import { canonicalContext, type EncryptionContext } from './encryption-context.ts';

/*
 * What Encrypt and GenerateDataKey answer under a symmetric key:
 *
 *   0   1   format 0x01
 *   1   16  key id (the bytes of the UUID)
 *   17  4   version of the key, big-endian
 *   21  16  salt
 *   37  12  nonce
 *   49  n   AES-256-GCM ciphertext
 *   49+n 16 tag
 *
 * Each has a key of its own (HKDF with a random salt), so that the number of random nonces under one key is no limit.
 */
const FORMAT = 1;
const ID = 1;
const VERSION = 17;
const SALT = 21;
const NONCE = 37;
const HEADER = 49;
const TAG = 16;

/** Bytes that a blob has beside its plaintext. */
export const BLOB_OVERHEAD = HEADER + TAG;

/** Which material of which key. */
export interface Material {
  readonly keyId: string;
  readonly version: number;
}

/** Seals `plaintext` under the material `key`; `context` is bound to it and not stored. */
export function sealBlob(
  { keyId, version, key }: Material & { readonly key: Buffer },
  plaintext: Uint8Array,
  context: EncryptionContext,
  ids: Pick<Ids, 'bytes'>,
): Buffer {
  const header = Buffer.alloc(HEADER);
  header[0] = FORMAT;
  Buffer.from(keyId.replaceAll('-', ''), 'hex').copy(header, ID);
  header.writeUInt32BE(version, VERSION);
  ids.bytes(NONCE - SALT).copy(header, SALT);
  ids.bytes(HEADER - NONCE).copy(header, NONCE);
  const messageKey = messageKeyOf(key, header);
  const cipher = createCipheriv('aes-256-gcm', messageKey, header.subarray(NONCE));
  cipher.setAAD(Buffer.concat([header, canonicalContext(context)]));
  const sealed = Buffer.concat([header, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  messageKey.fill(0);
  return sealed;
}

/** Which key a blob says to be sealed under; undefined when it is not of this form. Says nothing of who sealed it. */
export function materialOf(blob: Uint8Array): Material | undefined {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length < BLOB_OVERHEAD || bytes[0] !== FORMAT) return undefined;
  const hex = bytes.toString('hex', ID, VERSION);
  const keyId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { keyId, version: bytes.readUInt32BE(VERSION) };
}

/** What `blob` holds; undefined when anything of it or of `context` is not as it was sealed with `key`. */
export function openBlob(key: Buffer, blob: Uint8Array, context: EncryptionContext): Buffer | undefined {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (materialOf(bytes) === undefined) return undefined;
  const header = bytes.subarray(0, HEADER);
  const messageKey = messageKeyOf(key, header);
  const decipher = createDecipheriv('aes-256-gcm', messageKey, header.subarray(NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.concat([header, canonicalContext(context)])).setAuthTag(bytes.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(HEADER, -TAG)), decipher.final()]);
  } catch {
    // The tag does not fit. Which bit was changed is nobody's business.
    return undefined;
  } finally {
    messageKey.fill(0);
  }
}

function messageKeyOf(key: Buffer, header: Buffer): Buffer {
  const info = Buffer.concat([Buffer.from('berth.kms.v1', 'ascii'), header.subarray(ID, SALT)]);
  return Buffer.from(hkdfSync('sha256', key, header.subarray(SALT, NONCE), info, 32));
}
