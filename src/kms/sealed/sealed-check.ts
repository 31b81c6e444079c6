import { BadEnvelope } from '../envelope/bad-envelope.ts';
import { frameAt, framesOf, geometryOf, storedLengthOf } from '../envelope/geometry.ts';
import { parseHeader, verifyHeader } from '../envelope/header.ts';
import { type DataKeys, fileKeysOf } from '../envelope/keys.ts';
import { Opener } from '../envelope/opener.ts';
import type { Seal } from '../envelope/seal.ts';

/** A stretch of a stored object. */
interface Stretch {
  readonly end: number;
  take(bytes: Uint8Array): Buffer[];
  finish(): void;
}

/**
 * Opens all of a stored object, from its first byte on, as it comes: headers, frames, and what a segment that was cut off
 * left behind, which belongs to nothing. So bytes are verified while they are copied as they are.
 */
export class SealedCheck {
  readonly #stretches: Stretch[];
  #at = 0;

  constructor(seal: Seal, { dataKeys, context }: { readonly dataKeys: DataKeys; readonly context: Buffer }) {
    const geometry = geometryOf(seal);
    this.#stretches = seal.segments.flatMap((segment) => {
      const { salt, offset, length, isWhole } = segment;
      const keys = fileKeysOf(dataKeys, salt, context);
      const end = isWhole ? storedLengthOf(geometry, length) : frameAt(geometry, length / geometry.frameSize);
      const frames = isWhole ? framesOf(geometry, length) : length / geometry.frameSize;
      return [
        ignored(offset),
        header(offset + geometry.headerLength, keys.header),
        opening(offset + end, new Opener({ header: seal, keys: keys.frames, length, isWhole, last: frames - 1 })),
      ];
    });
  }

  /** What `chunk`, the next stored bytes, opens to. @throws BadEnvelope */
  push(chunk: Uint8Array): Buffer[] {
    const opened: Buffer[] = [];
    let rest = chunk;
    for (let [stretch] = this.#stretches; stretch && (rest.length > 0 || stretch.end === this.#at); ) {
      const own = rest.subarray(0, stretch.end - this.#at);
      opened.push(...stretch.take(own));
      rest = rest.subarray(own.length);
      this.#at += own.length;
      if (this.#at < stretch.end) break;
      stretch.finish();
      this.#stretches.shift();
      [stretch] = this.#stretches;
    }
    this.#at += rest.length;
    return opened;
  }

  /** To be called behind the last byte. @throws BadEnvelope when there should be more */
  end(): void {
    if (this.#stretches.length > 0) throw new BadEnvelope('fewer bytes than it should have');
  }
}

function ignored(end: number): Stretch {
  return { end, take: () => [], finish: () => {} };
}

function header(end: number, key: Buffer): Stretch {
  const pieces: Uint8Array[] = [];
  return {
    end,
    take(bytes) {
      pieces.push(Buffer.from(bytes));
      return [];
    },
    finish() {
      const bytes = Buffer.concat(pieces);
      parseHeader(bytes);
      verifyHeader(bytes, key);
    },
  };
}

function opening(end: number, opener: Opener): Stretch {
  return { end, take: (bytes) => opener.push(bytes), finish: () => opener.end() };
}
