import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Ids, RootKey } from '../../world.ts';
import { NotWrappedHere } from './not-wrapped-here.ts';

const FORMAT = 1;
const MARK = 8;
const NONCE = 12;
const TAG = 16;

/**
 * Root keys that are here as bytes: the first wraps, all unwrap. Form: 1, the mark of the key, nonce, tag, ciphertext;
 * AES-256-GCM under a key derived for this alone, with the context authenticated.
 */
export function localRootKey(
  [first, ...others]: readonly [Uint8Array, ...Uint8Array[]],
  ids: Pick<Ids, 'bytes'>,
): RootKey {
  const wrapping = derive(first);
  const all = [wrapping, ...others.map(derive)];

  return {
    async wrap(plaintext, context) {
      const nonce = ids.bytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', wrapping.key, nonce).setAAD(Buffer.from(context, 'utf8'));
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return Buffer.concat([Buffer.of(FORMAT), wrapping.mark, nonce, cipher.getAuthTag(), sealed]);
    },
    async unwrap(wrapped, context) {
      const mark = wrapped.subarray(1, 1 + MARK);
      const found = all.find((it) => it.mark.length === mark.length && timingSafeEqual(it.mark, mark));
      if (wrapped[0] !== FORMAT || wrapped.length < 1 + MARK + NONCE + TAG || found === undefined) {
        throw new NotWrappedHere();
      }
      const nonce = wrapped.subarray(1 + MARK, 1 + MARK + NONCE);
      const end = 1 + MARK + NONCE + TAG;
      const decipher = createDecipheriv('aes-256-gcm', found.key, nonce, { authTagLength: TAG });
      decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(wrapped.subarray(end - TAG, end));
      return Buffer.concat([decipher.update(wrapped.subarray(end)), decipher.final()]);
    },
    isCurrent: (wrapped) => wrapped[0] === FORMAT && wrapped.subarray(1, 1 + MARK).equals(wrapping.mark),
  };
}

function derive(rootKey: Uint8Array): { readonly key: Buffer; readonly mark: Buffer } {
  const key = Buffer.from(hkdfSync('sha256', rootKey, Buffer.alloc(0), 'berth root-key wrap', 32));
  return { key, mark: createHmac('sha256', key).update('mark').digest().subarray(0, MARK) };
}
