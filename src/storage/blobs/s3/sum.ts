import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * How damage to bytes on their way into the store is noticed: by the store, which verifies a CRC-32 or an MD5 that is
 * sent along; by us, when it answers with the MD5 of what it got; or by nobody.
 */
export type Integrity = 'crc32' | 'md5' | 'etag' | 'none';

/** What is sent along with bytes, or is expected of the answer. */
export interface Sum {
  readonly headers:
    | { readonly ChecksumAlgorithm: 'CRC32'; readonly ChecksumCRC32: string }
    | { readonly ContentMD5: string }
    | Record<string, never>;
  /** What the answer must name the bytes; undefined: anything. */
  readonly etag?: string;
}

/** Sums bytes up while they come, so that no turn of the event loop has all of a part to do. */
export interface Summing {
  update(bytes: Uint8Array): void;
  /** To be called once. */
  done(): Sum;
}

export function startSum(integrity: Integrity): Summing {
  if (integrity === 'none') return { update() {}, done: () => ({ headers: {} }) };
  if (integrity === 'crc32') {
    let value = 0;
    return {
      update(bytes) {
        value = crc32(bytes, value);
      },
      done: () => ({ headers: { ChecksumAlgorithm: 'CRC32', ChecksumCRC32: base64Of(value) } }),
    };
  }
  const hash = createHash('md5');
  return {
    update(bytes) {
      hash.update(bytes);
    },
    done() {
      if (integrity === 'md5') return { headers: { ContentMD5: hash.digest('base64') } };
      return { headers: {}, etag: hash.digest('hex') };
    },
  };
}

export function sumOf(integrity: Integrity, bytes: Uint8Array): Sum {
  const sum = startSum(integrity);
  sum.update(bytes);
  return sum.done();
}

function base64Of(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
}

/** Parts of one upload all bring a CRC-32 or none does, as was agreed when it began, whatever was found out since. */
export function partIntegrity(found: Integrity, checked: boolean | undefined): Integrity {
  if (checked === undefined) return found;
  if (checked) return 'crc32';
  return found === 'crc32' ? 'md5' : found;
}

/** What a part that was sent with `sum` has to be named with at the end. */
export function crcOf({ headers }: Sum): { readonly crc32?: string } {
  return 'ChecksumCRC32' in headers ? { crc32: headers.ChecksumCRC32 } : {};
}
