import { checkFits, type Geometry, geometryOf } from './geometry.ts';
import { formatHeader, type Header } from './header.ts';
import { type DataKeys, type FileKeys, fileKeysOf } from './keys.ts';
import { moveTo, slicesOf } from './move-to.ts';
import { cipherOf, nonceOf, TAG } from './suites.ts';

export interface Sealing {
  readonly header: Header;
  readonly dataKeys: DataKeys;
  /** `contextOf` what is sealed. */
  readonly context: Buffer;
}

/**
 * Seals one file, piece by piece. What it gives is the file, in order; each piece is valid until the next call. A data
 * key and a salt are used for one file: a writer that begins again takes another salt.
 */
export class Sealer {
  readonly geometry: Geometry;
  readonly #header: Header;
  readonly #keys: FileKeys;
  /** Bytes of the frame that is still open. It may turn out to be the last, which is sealed otherwise. */
  readonly #open: Buffer;
  #opened = 0;
  #frames = 0;
  #length = 0;
  #isBegun = false;
  #isEnded = false;
  #out: Buffer = Buffer.alloc(0);

  constructor({ header, dataKeys, context }: Sealing) {
    this.geometry = geometryOf(header);
    this.#header = header;
    this.#keys = fileKeysOf(dataKeys, header.salt, context);
    this.#open = Buffer.allocUnsafeSlow(this.geometry.frameSize);
  }

  /** Frames given out so far that are not the file's last. */
  get wholeFrames(): number {
    return this.#isEnded ? this.#frames - 1 : this.#frames;
  }

  /** The sealed bytes that `chunk` completes: whole frames, behind the header if they are the first. */
  push(chunk: Uint8Array): Buffer {
    const { frameSize } = this.geometry;
    this.#length += chunk.length;
    checkFits(this.geometry, this.#length);
    // The last byte always stays: who knows whether there is another one?
    const complete = Math.max(0, Math.ceil((this.#opened + chunk.length) / frameSize) - 1);
    let at = this.#begin(complete * (frameSize + this.geometry.overhead));
    let taken = 0;
    for (let i = 0; i < complete; i++) {
      const fits = frameSize - this.#opened;
      const head = this.#open.subarray(0, this.#opened);
      at = this.#seal(at, [head, chunk.subarray(taken, taken + fits)], { isLast: false });
      taken += fits;
      this.#opened = 0;
    }
    // Not by `set`, which V8 does word by word where memory is shared.
    Buffer.from(chunk.buffer, chunk.byteOffset + taken, chunk.length - taken).copy(this.#open, this.#opened);
    this.#opened += chunk.length - taken;
    return this.#out.subarray(0, at);
  }

  /** The rest of the file. Nothing can be pushed afterwards. */
  end(): Buffer {
    this.#isEnded = true;
    const at = this.#begin(this.#opened + this.geometry.overhead);
    return this.#out.subarray(0, this.#seal(at, [this.#open.subarray(0, this.#opened)], { isLast: true }));
  }

  /** Makes room for `bytes`, behind the header where that was not given out yet. Answers where they go. */
  #begin(bytes: number): number {
    const header = this.#isBegun ? undefined : formatHeader(this.#header, this.#keys.header);
    this.#isBegun = true;
    const length = (header?.length ?? 0) + bytes;
    if (this.#out.length < length) this.#out = Buffer.allocUnsafeSlow(length);
    return header?.copy(this.#out) ?? 0;
  }

  /** Puts a frame that seals `pieces` into the output; answers where it ends. */
  #seal(at: number, pieces: readonly Uint8Array[], { isLast }: { readonly isLast: boolean }): number {
    const nonce = nonceOf(this.#frames++, isLast);
    let rest = pieces;
    let end = at;
    for (const key of this.#keys.frames) {
      const cipher = cipherOf(this.#header.suite, key, nonce);
      end = at;
      for (const piece of rest) {
        for (const slice of slicesOf(piece)) end += moveTo(this.#out, end, cipher.update(slice));
      }
      cipher.final();
      end += cipher.getAuthTag().copy(this.#out, end, 0, TAG);
      rest = [this.#out.subarray(at, end)];
    }
    return end;
  }
}

/** All of `plaintext`, sealed as one file. */
export function sealWhole(sealing: Sealing, plaintext: Uint8Array): Buffer {
  const sealer = new Sealer(sealing);
  const begun = Buffer.from(sealer.push(plaintext));
  return Buffer.concat([begun, sealer.end()]);
}
