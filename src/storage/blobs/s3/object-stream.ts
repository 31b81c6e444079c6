import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type ObjectBytes, StoreUnavailable } from '../port.ts';
import type { Bucket, Opened } from './bucket.ts';
import type { StoreLog } from './store-log.ts';

/** Tries in a row that brought no byte. Each of them is several tries to open the object. */
const TRIES = 4;
const PAUSE_MS = 100;
/** Of 512 KiB at most, which wait for whoever reads. */
const PIECES = 2;
/** Smaller chunks are not worth giving back by hand. */
const WORTH_GIVING_BACK = 4_096;

export interface StreamedFrom {
  readonly bucket: Pick<Bucket, 'get'>;
  readonly log: StoreLog;
  /** No byte for so long is a connection that is dead without having said so. */
  readonly stallMs: number;
}

/**
 * Streams an opened object. Where the connection breaks, stalls or ends early the stream goes on from that byte with
 * the next one, so that a gateway that restarts is not noticed; other bytes than the object's are never given.
 */
export class ObjectStream extends Readable implements ObjectBytes {
  readonly #from: StreamedFrom;
  readonly #name: string;
  readonly #etag: string;
  readonly #end: number;
  #position: number;
  #body: Readable | undefined;
  #tries = 0;
  #silence: NodeJS.Timeout | undefined;

  constructor(from: StreamedFrom, name: string, opened: Opened) {
    // By pieces: a stream of bytes copies those together that wait.
    super({ objectMode: true, highWaterMark: PIECES });
    this.#from = from;
    this.#name = name;
    this.#etag = opened.etag;
    this.#position = opened.first;
    this.#end = opened.first + opened.length;
    this.#attach(opened.body);
  }

  override _read(): void {
    if (this.#position === this.#end) this.#finish();
    else this.#resume();
  }

  giveBack({ buffer, length }: Uint8Array): void {
    if (!(buffer instanceof ArrayBuffer) || length < WORTH_GIVING_BACK || length !== buffer.byteLength) return;
    buffer.transfer(0);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#detach()?.destroy();
    done(error);
  }

  #attach(body: Readable): void {
    body.pause();
    body.on('data', this.#onData).on('end', this.#onBreak).on('error', this.#onBreak).on('close', this.#onBreak);
    this.#body = body;
  }

  /** Leaves the body to whoever is given it; it can fail no more. */
  #detach(): Readable | undefined {
    clearTimeout(this.#silence);
    const body = this.#body;
    this.#body = undefined;
    body?.off('data', this.#onData).off('end', this.#onBreak).off('error', this.#onBreak).off('close', this.#onBreak);
    return body?.on('error', () => {});
  }

  #resume(): void {
    if (!this.#body?.isPaused()) return;
    // Only while we wait: silence that we asked for by pausing is not the store's.
    this.#silence = setTimeout(this.#onBreak, this.#from.stallMs, new Error('no byte came'));
    this.#body.resume();
  }

  /** The rest of the answer, which is empty, is read to its end: the connection can be used again then. */
  #finish(): void {
    this.#detach()?.resume();
    this.push(null);
  }

  #onData = (chunk: Buffer): void => {
    this.#silence?.refresh();
    this.#tries = 0;
    this.#position += chunk.length;
    if (this.#position > this.#end) {
      this.destroy(new Error(`S3 gave more of ${this.#name} than it said`));
      return;
    }
    if (this.push(chunk)) {
      if (this.#position === this.#end) this.#finish();
      return;
    }
    clearTimeout(this.#silence);
    this.#body?.pause();
  };

  #onBreak = (cause?: Error): void => {
    this.#detach()?.destroy();
    this.#goOn(cause).catch((error: Error) => this.destroy(error));
  };

  async #goOn(cause: Error | undefined): Promise<void> {
    const where = { object: this.#name, position: this.#position, length: this.#end };
    this.#tries += 1;
    if (this.#tries > TRIES) throw new StoreUnavailable(`S3 broke off ${this.#name} again and again`, { cause });
    this.#from.log.warn({ ...where, err: cause }, 'reading from S3 was interrupted');
    await pause(PAUSE_MS * this.#tries);
    if (this.destroyed) return;

    const range = { first: this.#position, last: this.#end - 1 };
    const opened = await this.#from.bucket.get(this.#name, { range, etag: this.#etag });
    if (!opened) throw new Error(`the object ${this.#name} was removed while it was being read`);
    if (this.destroyed) {
      opened.body.on('error', () => {}).destroy();
      return;
    }
    this.#attach(opened.body);
    this.#resume();
  }
}
