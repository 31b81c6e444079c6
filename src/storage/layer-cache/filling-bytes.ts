import { Readable } from 'node:stream';
import type { ObjectBytes } from '../blobs/port.ts';
import type { Fill } from './fill.ts';

/** The bytes of `source`, which a fill writes down as they pass by. */
export class FillingBytes extends Readable implements ObjectBytes {
  readonly #source: ObjectBytes;
  readonly #fill: Fill;
  /** Chunks that the fill, or who reads, has done with; whoever comes second gives them back. */
  readonly #halfDone = new WeakSet<Uint8Array>();
  #isBegun = false;
  #isComplete = false;

  constructor(source: ObjectBytes, fill: Fill) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#source = source;
    this.#fill = fill;
    source.on('error', (error) => this.destroy(error)).on('close', this.#onClose);
  }

  override _read(): void {
    if (this.#isBegun) {
      this.#source.resume();
      return;
    }
    this.#isBegun = true;
    this.#source.on('data', this.#onData).on('end', this.#onEnd);
  }

  giveBack(chunk: Uint8Array): void {
    if (this.#halfDone.delete(chunk)) this.#source.giveBack?.(chunk);
    else this.#halfDone.add(chunk);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#isComplete && !error && this.#fill.isWanted) this.#goOnForOthers();
    else {
      if (!this.#isComplete) this.#fill.abandon();
      this.#source.destroy();
    }
    done(error);
  }

  /** Whoever read has gone, and others read what is written down: it is, for as long as they do. */
  #goOnForOthers(): void {
    const [source, fill] = [this.#source, this.#fill];
    source.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    source
      .on('end', () => fill.complete())
      .on('close', () => {
        if (!source.readableEnded) fill.abandon();
      });
    source.on('data', (chunk: Uint8Array) => {
      source.pause();
      fill.add(chunk, () => {
        source.giveBack?.(chunk);
        if (fill.isWanted) source.resume();
        else source.destroy();
      });
    });
    source.resume();
  }

  #onData = (chunk: Uint8Array): void => {
    this.#fill.add(chunk, () => this.giveBack(chunk));
    if (!this.push(chunk)) this.#source.pause();
  };

  #onEnd = (): void => {
    this.#isComplete = true;
    this.#fill.complete();
    this.push(null);
  };

  #onClose = (): void => {
    if (!this.#isComplete) this.destroy(new Error('the stored bytes ended before their time'));
  };
}
