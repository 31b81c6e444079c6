import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM } from 'node:crypto';

/** Bytes that authenticate a frame, of each layer of encryption. */
export const TAG = 16;

/** How frames are sealed: 1 is HKDF-SHA256 with AES-256-GCM, 2 HKDF-SHA256 with ChaCha20-Poly1305. */
export type Suite = 1 | 2;

export function isSuite(value: number | undefined): value is Suite {
  return value === 1 || value === 2;
}

export function cipherOf(suite: Suite, key: Buffer, nonce: Buffer): CipherGCM {
  return suite === 1
    ? createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
    : createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG });
}

export function decipherOf(suite: Suite, key: Buffer, nonce: Buffer): DecipherGCM {
  return suite === 1
    ? createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
    : createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG });
}

/** The nonce of the frame `index`; that of a file's last frame is another one, so that a cut file is noticed. */
export function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce[0] = isLast ? 1 : 0;
  nonce.writeBigUInt64BE(BigInt(index), 4);
  return nonce;
}
