import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Ids, Secrets } from '../world.ts';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/**
 * Keys derived from `systemKey`, one for each purpose (HKDF-SHA-256, RFC 5869). Sealing is AES-256-GCM with a random
 * nonce: version, nonce, tag, ciphertext. The context is authenticated and not stored.
 */
export function secretsOf(systemKey: Buffer, ids: Pick<Ids, 'bytes'>): Secrets {
  const keys = new Map<string, Buffer>();
  function keyFor(purpose: string): Buffer {
    const known = keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', systemKey, Buffer.alloc(0), `berth ${purpose}`, 32));
    keys.set(purpose, key);
    return key;
  }

  return {
    seal(plaintext, context) {
      const nonce = ids.bytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', keyFor('seal'), nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
    },
    open(sealed, context) {
      if (sealed.length < 1 + NONCE + TAG || sealed[0] !== VERSION)
        throw new Error('These bytes were not sealed here.');
      const nonce = sealed.subarray(1, 1 + NONCE);
      const tag = sealed.subarray(1 + NONCE, 1 + NONCE + TAG);
      const decipher = createDecipheriv('aes-256-gcm', keyFor('seal'), nonce, { authTagLength: TAG });
      decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE + TAG)), decipher.final()]);
    },
    mac(purpose, message) {
      return createHmac('sha256', keyFor(`mac ${purpose}`))
        .update(message)
        .digest();
    },
  };
}
