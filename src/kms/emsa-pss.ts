import { createHash, timingSafeEqual } from 'node:crypto';

/*
 * EMSA-PSS of RFC 8017, section 9.1, with a salt as long as the digest: Node signs only what it has hashed itself, and
 * here the caller did.
 */

type Hash = 'sha256' | 'sha384' | 'sha512';

/** The encoded message of a digest, `bits` long at most. */
export function encodePss(hash: Hash, digest: Uint8Array, salt: Uint8Array, bits: number): Buffer {
  const length = Math.ceil(bits / 8);
  const fingerprint = fingerprintOf(hash, digest, salt);
  const block = Buffer.alloc(length - fingerprint.length - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  mask(hash, block, fingerprint);
  block[0] = (block[0] ?? 0) & (0xff >> (8 * length - bits));
  return Buffer.concat([block, fingerprint, Buffer.of(0xbc)]);
}

/** Whether `encoded` is an encoded message of the digest. */
export function isPss(hash: Hash, digest: Uint8Array, encoded: Buffer, bits: number): boolean {
  const length = Math.ceil(bits / 8);
  const unused = 0xff & ~(0xff >> (8 * length - bits));
  if (encoded.length !== length || encoded.at(-1) !== 0xbc || ((encoded[0] ?? 0) & unused) !== 0) return false;
  const fingerprint = encoded.subarray(length - digest.length - 1, length - 1);
  const block = Buffer.from(encoded.subarray(0, length - digest.length - 1));
  mask(hash, block, fingerprint);
  block[0] = (block[0] ?? 0) & ~unused;
  const one = block.length - digest.length - 1;
  if (one < 0 || block.subarray(0, one).some((it) => it !== 0) || block[one] !== 1) return false;
  return timingSafeEqual(fingerprintOf(hash, digest, block.subarray(one + 1)), fingerprint);
}

function fingerprintOf(hash: Hash, digest: Uint8Array, salt: Uint8Array): Buffer {
  return createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
}

/** MGF1 over `block`, in place. */
function mask(hash: Hash, block: Buffer, seed: Uint8Array): void {
  const counter = Buffer.alloc(4);
  for (let at = 0, i = 0; at < block.length; i++) {
    counter.writeUInt32BE(i);
    for (const byte of createHash(hash).update(seed).update(counter).digest()) {
      if (at >= block.length) break;
      block[at] = (block[at] ?? 0) ^ byte;
      at += 1;
    }
  }
}
