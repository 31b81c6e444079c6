import { Readable } from 'node:stream';
import { openReadBuffers } from '../../bytes/read-buffers.ts';
import type { ObjectBytes } from '../../storage/blobs/port.ts';
import type { Opener } from '../envelope/opener.ts';
import { PassageOpener } from './passage-opener.ts';
import type { Passage, Span } from './passages.ts';

/** Gives memory of so many bytes for the next frame. */
export type Memory = (size: number) => Buffer;

export interface OpenedFrom {
  /** The stored bytes of the first passage, which are read already. */
  readonly begun: ObjectBytes | undefined;
  bytesOf(passage: Passage): Promise<ObjectBytes>;
  openerOf(span: Span, memory: Memory): Opener;
  /** The stored bytes of the passage broke off, or are not what was sealed. */
  onBad?(passage: Passage): void;
}

const NONE: Buffer = Buffer.alloc(0);

/**
 * What passages of an object open to. Stored bytes are opened in the turn in which they come, and are given back then, into
 * memory of several frames that is used again: so a stream holds little, whatever its client's speed, and the garbage
 * collector has nothing to do.
 */
export class OpenedBytes extends Readable implements ObjectBytes {
  readonly #buffers = openReadBuffers();
  readonly #from: OpenedFrom;
  readonly #passages: Passage[];
  #isBegun = false;
  #passage: Passage | undefined;
  #source: ObjectBytes | undefined;
  #opener: PassageOpener | undefined;
  /** Opened bytes of the passage that nobody asked for, and those behind them that are still to be given. */
  #skip = 0;
  #take = 0;
  /** Frames lie here one behind the other, for as long as they have room: `#lent` bytes so far. */
  #memory = NONE;
  #lent = 0;

  constructor(passages: readonly Passage[], from: OpenedFrom) {
    // By pieces: a stream of bytes copies those together that wait.
    super({ objectMode: true, highWaterMark: 1 });
    this.#passages = [...passages];
    this.#from = from;
  }

  override _read(): void {
    if (this.#isBegun) this.#source?.resume();
    else this.#openNext();
    this.#isBegun = true;
  }

  giveBack(chunk: Uint8Array): void {
    this.#buffers.giveBack(chunk);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#buffers.close();
    this.#from.begun?.destroy();
    this.#source?.destroy();
    done(error);
  }

  #openNext(): void {
    const passage = this.#passages.shift();
    if (!passage) {
      this.push(null);
      return;
    }
    this.#passage = passage;
    this.#opener = new PassageOpener(passage, (span) => this.#from.openerOf(span, this.#lend));
    // All but the first span are read from their beginning, and all but the last to their end.
    this.#skip = passage.spans[0].skip;
    this.#take = passage.spans.reduce((sum, { take }) => sum + take, 0);
    this.#from.bytesOf(passage).then(this.#attach, this.#fail);
  }

  #attach = (source: ObjectBytes): void => {
    source.on('error', this.#fail).on('close', () => {
      if (!source.readableEnded) this.#fail(new Error('the stored bytes ended before their time'));
    });
    if (this.destroyed) {
      source.destroy();
      return;
    }
    this.#source = source;
    source.on('data', this.#onData).on('end', this.#onEnd);
  };

  #onData = (chunk: Uint8Array): void => {
    try {
      this.#opener?.push(chunk);
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#source?.giveBack?.(chunk);
  };

  #onEnd = (): void => {
    try {
      this.#opener?.end();
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    this.#giveOn();
    this.#source = undefined;
    this.#openNext();
  };

  #fail = (error: Error): void => {
    if (this.#passage && !this.destroyed) this.#from.onBad?.(this.#passage);
    this.destroy(error);
  };

  /** Memory for the next frame. Whoever asks has opened all before it. */
  #lend = (size: number): Buffer => {
    if (this.#memory.length - this.#lent < size) {
      this.#giveOn();
      const frames = Math.max(size, Math.min(this.#skip + this.#take, this.#buffers.size));
      this.#memory = frames > this.#buffers.size ? Buffer.allocUnsafeSlow(frames) : this.#buffers.take(frames);
    }
    this.#lent += size;
    return this.#memory.subarray(this.#lent - size, this.#lent);
  };

  /** Gives on what was opened. Its memory is whoever reads it's from then on. */
  #giveOn(): void {
    const wanted = this.#memory.subarray(this.#skip, Math.min(this.#lent, this.#skip + this.#take));
    this.#skip -= Math.min(this.#skip, this.#lent);
    this.#take -= wanted.length;
    this.#memory = NONE;
    this.#lent = 0;
    if (wanted.length > 0 && !this.push(wanted)) this.#source?.pause();
  }
}
