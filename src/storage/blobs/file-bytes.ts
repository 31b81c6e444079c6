import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { openReadBuffers } from '../../bytes/read-buffers.ts';
import type { ObjectBytes } from './port.ts';

/** What a stream of a file's bytes covers: from `start` up to, not including, `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Streams a span of `file`, which it closes at its end. A file that ends before the span does breaks the stream. */
export class FileBytes extends Readable implements ObjectBytes {
  readonly #buffers = openReadBuffers();
  readonly #file: FileHandle;
  readonly #end: number;
  #position: number;

  constructor(file: FileHandle, { start, end }: Span) {
    // By pieces: a stream of bytes copies those together that wait.
    super({ objectMode: true, highWaterMark: 1 });
    this.#file = file;
    this.#position = start;
    this.#end = end;
  }

  override _read(): void {
    const left = this.#end - this.#position;
    if (left <= 0) {
      this.push(null);
      return;
    }
    const size = Math.min(this.#buffers.size, left);
    this.#file.read(this.#buffers.take(size), 0, size, this.#position).then(
      ({ buffer, bytesRead }) => {
        if (bytesRead === 0) {
          this.destroy(new Error(`the file ends at byte ${this.#position}, before the ${this.#end} it should have`));
          return;
        }
        this.#position += bytesRead;
        this.push(buffer.subarray(0, bytesRead));
      },
      (error: Error) => this.destroy(error),
    );
  }

  giveBack(chunk: Uint8Array): void {
    this.#buffers.giveBack(chunk);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#buffers.close();
    this.#file.close().then(
      () => done(error),
      (closing: Error) => done(error ?? closing),
    );
  }
}
