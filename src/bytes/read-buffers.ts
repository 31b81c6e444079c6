import { freeSoon } from './free-soon.ts';

/** Memory for what is read from a store: large, so that there are few reads and few writes. */
export const READ_SIZE = 1024 * 1024;
/** The same where many are read at once: hundreds of clients that hardly read must not hold a gigabyte. */
export const SMALL_READ_SIZE = 128 * 1024;
/** As many streams read in large pieces at a time. Those that are opened beyond that read in small ones. */
export const LARGE_READERS = 32;
/** What is given back beyond that is freed. */
const KEPT = 32;

const spare: Buffer[] = [];
let largeReaders = 0;

/** The memory of one stream. */
export interface ReadBuffers {
  /** The most bytes that one of its buffers has. */
  readonly size: number;
  /**
   * A buffer for up to `size` bytes, or for as many as it gives at most. Large ones are used again: made anew for each
   * read, their memory would be cleared by the kernel each time, and the garbage collector would run for nothing else.
   */
  take(size: number): Buffer;
  /** For a chunk of such a buffer, when nobody looks at any part of it any more. Nobody has to. */
  giveBack(chunk: Uint8Array): void;
  /** To be called once, when the stream has ended. Chunks may still be given back. */
  close(): void;
}

export function openReadBuffers(): ReadBuffers {
  const isLarge = largeReaders < LARGE_READERS;
  if (isLarge) largeReaders++;
  const most = isLarge ? READ_SIZE : SMALL_READ_SIZE;
  return {
    size: most,
    take(size) {
      if (!isLarge || size <= READ_SIZE / 2) return Buffer.allocUnsafeSlow(Math.min(size, most));
      return spare.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE);
    },
    giveBack(chunk) {
      const { buffer } = chunk;
      if (!(buffer instanceof ArrayBuffer)) return;
      if (buffer.byteLength === READ_SIZE && spare.length < KEPT) spare.push(Buffer.from(buffer));
      else freeSoon(chunk);
    },
    close() {
      if (isLarge) largeReaders--;
    },
  };
}
