import type { DecipherGCM } from 'node:crypto';
import { BadEnvelope } from './bad-envelope.ts';
import { framesOf, type Geometry, geometryOf, lengthOf } from './geometry.ts';
import { type Header, parseHeader, verifyHeader } from './header.ts';
import { type DataKeys, fileKeysOf } from './keys.ts';
import { decipherOf, nonceOf, type Suite, TAG } from './suites.ts';

export interface Opening {
  readonly header: Pick<Header, 'suite' | 'log2' | 'wrapped'>;
  /** Keys of the file's frames. */
  readonly keys: DataKeys;
  /** Bytes that the file seals. */
  readonly length: number;
  /** False for a file that was cut off behind a whole frame, `length` bytes of which are known to be right. */
  readonly isWhole: boolean;
  /** The frame that the bytes begin with; 0 unless said. */
  readonly first?: number;
  /** The frame that they end with; the last one of the file unless said. */
  readonly last?: number;
}

/** Opens frames of one file, fed in pieces of any size. No byte is given before the tag of its frame was right. */
export class Opener {
  readonly #opening: Opening;
  readonly #geometry: Geometry;
  readonly #frames: number;
  readonly #last: number;
  #index: number;
  #frame: OpeningFrame | undefined;

  constructor(opening: Opening) {
    this.#opening = opening;
    this.#geometry = geometryOf(opening.header);
    this.#frames = opening.isWhole
      ? framesOf(this.#geometry, opening.length)
      : opening.length / this.#geometry.frameSize;
    this.#last = opening.last ?? this.#frames - 1;
    this.#index = opening.first ?? 0;
  }

  /** The plaintext of the frames that `chunk` completes; `chunk` is the caller's again. @throws BadEnvelope */
  push(chunk: Uint8Array): Buffer[] {
    const opened: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#index > this.#last) throw new BadEnvelope('more bytes than it should have');
      this.#frame ??= this.#begin();
      rest = rest.subarray(this.#frame.take(rest));
      if (!this.#frame.isComplete) break;
      opened.push(...this.#frame.open());
      this.#frame = undefined;
      this.#index++;
    }
    return opened;
  }

  /** To be called when there are no more bytes. @throws BadEnvelope when there should be some */
  end(): void {
    if (this.#index <= this.#last) throw new BadEnvelope('fewer bytes than it should have');
  }

  #begin(): OpeningFrame {
    const { frameSize } = this.#geometry;
    const { length, isWhole, keys, header } = this.#opening;
    const size = Math.min(frameSize, length - this.#index * frameSize);
    const nonce = nonceOf(this.#index, isWhole && this.#index === this.#frames - 1);
    return new OpeningFrame({ suite: header.suite, keys, nonce, size });
  }
}

interface FrameOptions {
  readonly suite: Suite;
  readonly keys: DataKeys;
  readonly nonce: Buffer;
  /** Bytes that the frame seals. */
  readonly size: number;
}

/** A frame that is arriving: deciphered as it comes, given when its tags were right. */
class OpeningFrame {
  readonly #options: FrameOptions;
  readonly #outer: Deciphering;

  constructor(options: FrameOptions) {
    this.#options = options;
    const { suite, keys, nonce, size } = options;
    const [inner, outer] = keys;
    this.#outer =
      outer === undefined
        ? new Deciphering(decipherOf(suite, inner, nonce), size)
        : new Deciphering(decipherOf(suite, outer, nonce), size + TAG);
  }

  get isComplete(): boolean {
    return this.#outer.isComplete;
  }

  /** Takes what of `bytes` belongs to the frame; answers how many that were. */
  take(bytes: Uint8Array): number {
    return this.#outer.take(bytes);
  }

  open(): Buffer[] {
    const pieces = this.#outer.open();
    const { suite, keys, nonce, size } = this.#options;
    if (keys.length === 1) return pieces;
    const inner = new Deciphering(decipherOf(suite, keys[0], nonce), size);
    for (const piece of pieces) inner.take(piece);
    return inner.open();
  }
}

/** One layer of a frame: so many bytes, and a tag behind them. */
class Deciphering {
  readonly #decipher: DecipherGCM;
  readonly #pieces: Buffer[] = [];
  readonly #tag = Buffer.alloc(TAG);
  #left: number;
  #tagged = 0;

  constructor(decipher: DecipherGCM, size: number) {
    this.#decipher = decipher;
    this.#left = size;
  }

  get isComplete(): boolean {
    return this.#tagged === TAG;
  }

  take(bytes: Uint8Array): number {
    const body = bytes.subarray(0, this.#left);
    if (body.length > 0) this.#pieces.push(this.#decipher.update(body));
    this.#left -= body.length;
    const tag = bytes.subarray(body.length, body.length + TAG - this.#tagged);
    if (this.#left > 0) return body.length;
    this.#tag.set(tag, this.#tagged);
    this.#tagged += tag.length;
    return body.length + tag.length;
  }

  open(): Buffer[] {
    try {
      this.#decipher.setAuthTag(this.#tag).final();
    } catch (cause) {
      throw new BadEnvelope('a frame that was changed, or is not where it was', { cause });
    }
    return this.#pieces;
  }
}

/**
 * All that the file `bytes` seals, once every tag was right.
 *
 * @throws BadEnvelope
 */
export function openWhole(
  bytes: Buffer,
  { dataKeys, context }: { readonly dataKeys: DataKeys; readonly context: Buffer },
): Buffer {
  const { header, length: headerLength } = parseHeader(bytes);
  if (header.wrapped.length !== dataKeys.length) throw new BadEnvelope('sealed with another number of keys');
  const keys = fileKeysOf(dataKeys, header.salt, context);
  verifyHeader(bytes.subarray(0, headerLength), keys.header);
  const length = lengthOf({ ...geometryOf(header), headerLength }, bytes.length);
  const opener = new Opener({ header, keys: keys.frames, length, isWhole: true });
  const opened = opener.push(bytes.subarray(headerLength));
  opener.end();
  return Buffer.concat(opened);
}
