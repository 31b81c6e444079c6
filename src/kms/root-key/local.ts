import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Ids, RootKey } from '../../world.ts';
import { type Marks, marksOf } from './marked.ts';
import { NotWrappedHere } from './not-wrapped-here.ts';

const KIND = 1;
const NONCE = 12;
const TAG = 16;

type Keys = readonly [Uint8Array, ...Uint8Array[]];

/**
 * Root keys that are here as bytes: the first wraps, all unwrap. AES-256-GCM under a key derived for this alone, with the
 * context authenticated: nonce, tag, ciphertext. `read` gives the keys as they are now; it is asked before anything is
 * wrapped, and when something was wrapped by a key that is not known yet.
 */
export async function localRootKey(read: () => Promise<Keys>, ids: Pick<Ids, 'bytes'>): Promise<RootKey> {
  let keys = (await read()).map(derive);
  const find = (wrapped: Buffer) => keys.find((it) => it.marks.take(wrapped) !== undefined);

  return {
    async wrap(plaintext, context) {
      keys = (await read()).map(derive);
      const [first] = keys;
      if (!first) throw new Error('There is no root key.');
      const nonce = ids.bytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', first.key, nonce).setAAD(Buffer.from(context, 'utf8'));
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return first.marks.put(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
    },
    async unwrap(wrapped, context) {
      if (!find(wrapped)) keys = (await read()).map(derive);
      const found = find(wrapped);
      const bytes = found?.marks.take(wrapped);
      if (!found || !bytes || bytes.length < NONCE + TAG) throw new NotWrappedHere();
      const decipher = createDecipheriv('aes-256-gcm', found.key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
    },
    isCurrent: (wrapped) => keys[0]?.marks.take(wrapped) !== undefined,
  };
}

function derive(rootKey: Uint8Array): { readonly key: Buffer; readonly marks: Marks } {
  const key = Buffer.from(hkdfSync('sha256', rootKey, Buffer.alloc(0), 'berth root-key wrap', 32));
  return { key, marks: marksOf(KIND, createHmac('sha256', key).update('mark').digest()) };
}
