import { createHmac, timingSafeEqual } from 'node:crypto';
import { BadEnvelope } from './bad-envelope.ts';
import { isSuite, type Suite } from './suites.ts';

const MAGIC = Buffer.from('BERTHENC');
const VERSION = 1;
const FIXED = 64;
const SALT = { at: 32, length: 32 };
const TAG_LENGTH = 32;
const STEP = 64;
const LENGTH = { least: 128, most: 4096 };
const LOG2 = { least: 12, most: 22 };

/** Bytes of the salt. */
export const SALT_LENGTH = SALT.length;
/** The most bytes that a header has: so many hold a whole one. */
export const LONGEST_HEADER = LENGTH.most;

/** Data keys as KMS wrapped them: one for each layer of encryption. */
export type WrappedKeys = readonly [Buffer] | readonly [Buffer, Buffer];

/** What a file begins with. */
export interface Header {
  readonly suite: Suite;
  /** Binary logarithm of the bytes in a frame, 12 to 22. */
  readonly log2: number;
  readonly salt: Buffer;
  readonly wrapped: WrappedKeys;
}

/** Bytes of the header in the file. */
export function headerLengthOf({ wrapped }: Pick<Header, 'wrapped'>): number {
  const used = FIXED + wrapped[0].length + (wrapped[1]?.length ?? 0) + TAG_LENGTH;
  return Math.max(LENGTH.least, Math.ceil(used / STEP) * STEP);
}

/** @throws when it is none that could be read again: a bug of the caller */
export function formatHeader(header: Header, key: Buffer): Buffer {
  const { suite, log2, salt, wrapped } = header;
  const length = headerLengthOf(header);
  if (log2 < LOG2.least || log2 > LOG2.most || salt.length !== SALT.length || length > LENGTH.most) {
    throw new Error('an envelope was to get a header that nobody could read');
  }
  const bytes = Buffer.alloc(length);
  MAGIC.copy(bytes);
  bytes.set([VERSION, suite, log2, wrapped.length], MAGIC.length);
  bytes.writeUInt16BE(length, 12);
  bytes.writeUInt16BE(wrapped[0].length, 14);
  bytes.writeUInt16BE(wrapped[1]?.length ?? 0, 16);
  salt.copy(bytes, SALT.at);
  Buffer.concat([...wrapped]).copy(bytes, FIXED);
  tagOf(bytes, key).copy(bytes, length - TAG_LENGTH);
  return bytes;
}

/**
 * The header that `bytes` begin with. Nothing in it is to be believed before `verifyHeader`.
 *
 * @throws BadEnvelope
 */
export function parseHeader(bytes: Buffer): { readonly header: Header; readonly length: number } {
  if (bytes.length < LENGTH.least) throw new BadEnvelope('shorter than any header');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new BadEnvelope('not a sealed file');
  const [version, suite, log2 = 0, layers] = bytes.subarray(MAGIC.length);
  if (version !== VERSION) throw new BadEnvelope(`sealed in version ${version} of the format`);
  if (!isSuite(suite)) throw new BadEnvelope(`sealed by suite ${suite}`);
  if (log2 < LOG2.least || log2 > LOG2.most) throw new BadEnvelope(`frames of 2^${log2} bytes`);
  if (layers !== 1 && layers !== 2) throw new BadEnvelope(`sealed ${layers} times`);
  const length = bytes.readUInt16BE(12);
  const first = bytes.readUInt16BE(14);
  const second = bytes.readUInt16BE(16);
  if (length % STEP !== 0 || length < LENGTH.least || length > LENGTH.most || length > bytes.length) {
    throw new BadEnvelope(`a header of ${length} bytes`);
  }
  const fits = FIXED + first + second + TAG_LENGTH <= length;
  if (!fits || first === 0 || second > 0 !== (layers === 2)) throw new BadEnvelope('wrapped keys that do not fit');
  const one = Buffer.from(bytes.subarray(FIXED, FIXED + first));
  const two = Buffer.from(bytes.subarray(FIXED + first, FIXED + first + second));
  const salt = Buffer.from(bytes.subarray(SALT.at, SALT.at + SALT.length));
  return { header: { suite, log2, salt, wrapped: layers === 1 ? [one] : [one, two] }, length };
}

/** @throws BadEnvelope when `bytes`, a whole header, were not written with `key` */
export function verifyHeader(bytes: Buffer, key: Buffer): void {
  const tag = bytes.subarray(bytes.length - TAG_LENGTH);
  if (!timingSafeEqual(tag, tagOf(bytes, key)))
    throw new BadEnvelope('a header that was changed, or is another file’s');
}

function tagOf(header: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key)
    .update(header.subarray(0, header.length - TAG_LENGTH))
    .digest();
}
