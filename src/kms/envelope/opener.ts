import type { DecipherGCM } from 'node:crypto';
import { BadEnvelope } from './bad-envelope.ts';
import { framesOf, type Geometry, geometryOf, lengthOf } from './geometry.ts';
import { type Header, parseHeader, verifyHeader } from './header.ts';
import { type DataKeys, fileKeysOf } from './keys.ts';
import { moveTo, slicesOf } from './move-to.ts';
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
  /** Gives memory of so many bytes for the next frame; it is made anew unless said. */
  readonly memory?: (size: number) => Buffer;
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

  /** The plaintext of each frame that `chunk` completes; `chunk` is the caller's again. @throws BadEnvelope */
  push(chunk: Uint8Array): Buffer[] {
    const opened: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#index > this.#last) throw new BadEnvelope('more bytes than it should have');
      this.#frame ??= this.#begin();
      rest = rest.subarray(this.#frame.take(rest));
      if (!this.#frame.isComplete) break;
      opened.push(this.#frame.open());
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
    const { length, isWhole, keys, header, memory = Buffer.allocUnsafeSlow } = this.#opening;
    const size = Math.min(frameSize, length - this.#index * frameSize);
    const nonce = nonceOf(this.#index, isWhole && this.#index === this.#frames - 1);
    return new OpeningFrame({ suite: header.suite, keys, nonce, into: memory(size) });
  }
}

interface FrameOptions {
  readonly suite: Suite;
  readonly keys: DataKeys;
  readonly nonce: Buffer;
  /** Where it is opened to: as large as what it seals. */
  readonly into: Buffer;
}

/** A frame that is arriving: deciphered as it comes, given when its tags were right. */
class OpeningFrame {
  readonly #into: Buffer;
  /** The outermost first: what a layer gives is what the next one takes. */
  readonly #layers: readonly [Deciphering, ...Deciphering[]];
  #filled = 0;

  constructor({ suite, keys: [inner, outer], nonce, into }: FrameOptions) {
    this.#into = into;
    const innermost = new Deciphering(decipherOf(suite, inner, nonce), into.length, (made) => {
      this.#filled += moveTo(into, this.#filled, made);
    });
    this.#layers =
      outer === undefined
        ? [innermost]
        : [
            new Deciphering(decipherOf(suite, outer, nonce), into.length + TAG, (made) => innermost.take(made)),
            innermost,
          ];
  }

  get isComplete(): boolean {
    return this.#layers[0].isComplete;
  }

  /** Takes what of `bytes` belongs to the frame; answers how many that were. */
  take(bytes: Uint8Array): number {
    return this.#layers[0].take(bytes);
  }

  open(): Buffer {
    for (const layer of this.#layers) layer.verify();
    return this.#into;
  }
}

/** One layer of a frame: so many bytes, and a tag behind them. */
class Deciphering {
  readonly #decipher: DecipherGCM;
  readonly #give: (made: Buffer) => void;
  readonly #tag = Buffer.alloc(TAG);
  #left: number;
  #tagged = 0;

  constructor(decipher: DecipherGCM, size: number, give: (made: Buffer) => void) {
    this.#decipher = decipher;
    this.#left = size;
    this.#give = give;
  }

  get isComplete(): boolean {
    return this.#tagged === TAG;
  }

  take(bytes: Uint8Array): number {
    const body = bytes.subarray(0, this.#left);
    for (const slice of slicesOf(body)) this.#give(this.#decipher.update(slice));
    this.#left -= body.length;
    const tag = bytes.subarray(body.length, body.length + TAG - this.#tagged);
    if (this.#left > 0) return body.length;
    this.#tag.set(tag, this.#tagged);
    this.#tagged += tag.length;
    return body.length + tag.length;
  }

  verify(): void {
    try {
      this.#decipher.setAuthTag(this.#tag).final();
    } catch (cause) {
      throw new BadEnvelope('a frame that was changed, or is not where it was', { cause });
    }
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
