import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { openReadBuffers } from '../../bytes/read-buffers.ts';
import type { ObjectBytes } from '../blobs/port.ts';
import type { Fill } from './fill.ts';

/** Whoever is slower than that, in bytes a second, is not followed any more: his client may be, and the store is not. */
const LEAST_SPEED = 16 * 1024 * 1024;

export interface Following {
  readonly fill: Fill;
  /** What the fill writes; closed at the end. */
  readonly file: FileHandle;
  /** Bytes of the run. */
  readonly length: number;
  /** So long somebody is followed before it is looked how fast he is. */
  readonly patienceMs: number;
  /** What the store has of the run from that byte on. */
  rest(from: number): Promise<ObjectBytes>;
}

/**
 * The bytes of a run that somebody else is reading: from the file that he fills, as it grows. Where he gives up, or is
 * slow, the rest comes from the store.
 */
export class FollowingBytes extends Readable implements ObjectBytes {
  readonly #of: Following;
  readonly #buffers = openReadBuffers();
  readonly #unfollow: () => void;
  #position = 0;
  #rest: ObjectBytes | undefined;
  readonly #fromStore = new WeakSet<Uint8Array>();
  /** When it was last looked how fast he is, and how far he was then. */
  #looked: { readonly at: number; readonly written: number };

  constructor(of: Following) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#of = of;
    this.#unfollow = of.fill.follow();
    this.#looked = { at: performance.now(), written: of.fill.written };
  }

  override _read(): void {
    if (this.#rest) this.#rest.resume();
    else this.#follow().catch((error: Error) => this.destroy(error));
  }

  giveBack(chunk: Uint8Array): void {
    if (this.#fromStore.delete(chunk)) this.#rest?.giveBack?.(chunk);
    else this.#buffers.giveBack(chunk);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#unfollow();
    this.#buffers.close();
    this.#rest?.destroy();
    this.#of.file.close().then(
      () => done(error),
      (closing: Error) => done(error ?? closing),
    );
  }

  /** Gives what is written next, once there is something. */
  async #follow(): Promise<void> {
    const { fill, length, patienceMs } = this.#of;
    while (!this.destroyed) {
      if (this.#position === length) return void this.push(null);
      if (this.#position < fill.written) return this.#give(fill.written - this.#position);
      if (fill.isOver || this.#isSlow()) return this.#leave();
      await fill.growth(patienceMs);
    }
  }

  async #give(most: number): Promise<void> {
    const size = Math.min(most, this.#buffers.size);
    const memory = this.#buffers.take(size);
    const { bytesRead } = await this.#of.file.read(memory, 0, Math.min(size, memory.length), this.#position);
    if (bytesRead === 0) throw new Error(`the file that is filled ends at byte ${this.#position}`);
    this.#position += bytesRead;
    this.push(memory.subarray(0, bytesRead));
  }

  #isSlow(): boolean {
    const now = { at: performance.now(), written: this.#of.fill.written };
    const elapsed = now.at - this.#looked.at;
    if (elapsed < this.#of.patienceMs) return false;
    const speed = ((now.written - this.#looked.written) / elapsed) * 1_000;
    this.#looked = now;
    return speed < LEAST_SPEED;
  }

  async #leave(): Promise<void> {
    this.#unfollow();
    const rest = await this.#of.rest(this.#position);
    this.#rest = rest;
    rest
      .on('error', (error) => this.destroy(error))
      .on('close', () => {
        if (!rest.readableEnded) this.destroy(new Error('the stored bytes ended before their time'));
      });
    if (this.destroyed) return void rest.destroy();
    rest.on('data', this.#onData).on('end', () => this.push(null));
  }

  #onData = (chunk: Uint8Array): void => {
    this.#fromStore.add(chunk);
    if (!this.push(chunk)) this.#rest?.pause();
  };
}
