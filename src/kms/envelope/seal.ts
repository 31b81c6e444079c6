import { createHmac, timingSafeEqual } from 'node:crypto';
import { BadEnvelope } from './bad-envelope.ts';
import { type Header, SALT_LENGTH } from './header.ts';
import { type DataKeys, listKeyOf } from './keys.ts';
import { isSuite } from './suites.ts';

const VERSION = 1;
const FIXED = 16;
const MAC_LENGTH = 32;
const SEGMENT_LENGTH = SALT_LENGTH + 13;

/** A piece of an object that was sealed in one go: a file of its own, with a salt of its own. */
export interface Segment {
  readonly salt: Buffer;
  /** Where in the object its header begins. */
  readonly offset: number;
  /** Bytes that it seals. */
  readonly length: number;
  /** False where it was cut off behind a whole frame: what follows that frame belongs to nothing. */
  readonly isWhole: boolean;
}

/** How an object is sealed: all that is needed to open it, but the key. Its segments are its bytes, in order. */
export interface Seal extends Pick<Header, 'suite' | 'log2' | 'wrapped'> {
  /** What the data keys were wrapped with: ARNs of the repository and of the object. */
  readonly repositoryArn: string;
  readonly objectArn: string;
  readonly segments: readonly Segment[];
}

/** The seal as a row keeps it. It opens with its own data keys alone, and for the object that `context` names. */
export function formatSeal(seal: Seal, dataKeys: DataKeys, context: Buffer): Buffer {
  const { suite, log2, wrapped, segments } = seal;
  const repository = Buffer.from(seal.repositoryArn);
  const object = Buffer.from(seal.objectArn);
  const fixed = Buffer.alloc(FIXED);
  fixed.set([VERSION, suite, log2, wrapped.length]);
  fixed.writeUInt16BE(wrapped[0].length, 4);
  fixed.writeUInt16BE(wrapped[1]?.length ?? 0, 6);
  fixed.writeUInt16BE(repository.length, 8);
  fixed.writeUInt16BE(object.length, 10);
  fixed.writeUInt32BE(segments.length, 12);
  const body = Buffer.concat([fixed, ...wrapped, repository, object, ...segments.map(formatSegment)]);
  return Buffer.concat([body, macOf(body, dataKeys, context)]);
}

/**
 * The seal in `bytes`. It says how to open the data keys; nothing else in it is to be believed before `verifySeal`.
 *
 * @throws BadEnvelope
 */
export function parseSeal(bytes: Buffer): Seal {
  if (bytes.length < FIXED + MAC_LENGTH) throw new BadEnvelope('a seal that is too short');
  const [version, suite, log2 = 0, layers] = bytes;
  if (version !== VERSION || !isSuite(suite) || (layers !== 1 && layers !== 2)) {
    throw new BadEnvelope('a seal of another version');
  }
  const lengths = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  const count = bytes.readUInt32BE(12);
  const parts: Buffer[] = [];
  let at = FIXED;
  for (const length of lengths) {
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (at + count * SEGMENT_LENGTH + MAC_LENGTH !== bytes.length) throw new BadEnvelope('a seal of another length');
  const [first, second, repository, object] = parts;
  if (!first?.length || !second || second.length > 0 !== (layers === 2)) throw new BadEnvelope('a seal without keys');
  const start = at;
  return {
    suite,
    log2,
    wrapped: layers === 1 ? [first] : [first, second],
    repositoryArn: String(repository),
    objectArn: String(object),
    segments: Array.from({ length: count }, (_, i) => parseSegment(bytes, start + i * SEGMENT_LENGTH)),
  };
}

/** @throws BadEnvelope when the seal was not written with these keys for what `context` names */
export function verifySeal(bytes: Buffer, dataKeys: DataKeys, context: Buffer): void {
  const body = bytes.subarray(0, -MAC_LENGTH);
  if (timingSafeEqual(bytes.subarray(-MAC_LENGTH), macOf(body, dataKeys, context))) return;
  throw new BadEnvelope('a seal that was changed, or is another object’s');
}

function formatSegment({ salt, offset, length, isWhole }: Segment): Buffer {
  const bytes = Buffer.alloc(SEGMENT_LENGTH);
  salt.copy(bytes);
  bytes.writeUIntBE(offset, SALT_LENGTH, 6);
  bytes.writeUIntBE(length, SALT_LENGTH + 6, 6);
  bytes[SALT_LENGTH + 12] = isWhole ? 1 : 0;
  return bytes;
}

function parseSegment(bytes: Buffer, at: number): Segment {
  return {
    salt: bytes.subarray(at, at + SALT_LENGTH),
    offset: bytes.readUIntBE(at + SALT_LENGTH, 6),
    length: bytes.readUIntBE(at + SALT_LENGTH + 6, 6),
    isWhole: bytes[at + SALT_LENGTH + 12] === 1,
  };
}

function macOf(body: Uint8Array, dataKeys: DataKeys, context: Buffer): Buffer {
  return createHmac('sha256', listKeyOf(dataKeys, context)).update(body).digest();
}
