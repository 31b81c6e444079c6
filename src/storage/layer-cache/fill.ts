import type { FileHandle } from 'node:fs/promises';
import type { ByteRange } from '../../values/byte-range.ts';
import { writeback } from '../blobs/writeback.ts';
import { type CacheFolder, lengthOf, type Unfinished } from './cache-folder.ts';

/** Bytes that wait to be written in all fills of a process together. Who would need more gives up: no pull waits for it. */
export const MOST_WAITING = 64 * 1024 * 1024;

/** So much is brought to the disk at a time: all at once it would keep those waiting who sync little files beside. */
const SYNC_STEP = 8 * 1024 * 1024;

/** What the fills of a process share. */
export interface Waiting {
  bytes: number;
}

interface Filled {
  readonly folder: CacheFolder;
  readonly key: string;
  readonly run: ByteRange;
  readonly waiting: Waiting;
}

interface Piece {
  readonly chunk: Uint8Array;
  readonly onWritten: () => void;
}

/** Writes one run down as it passes by. It never holds up whoever reads, and what fails here fails nobody else. */
export class Fill {
  /** How it ended: whether the run is kept, and the error if one was the reason that it is not. */
  readonly over: Promise<{ readonly isKept: boolean; readonly error?: unknown }>;
  readonly #of: Filled;
  #pieces: Piece[] = [];
  #end: 'complete' | 'abandoned' | undefined;
  #wake = Promise.withResolvers<void>();
  readonly #created = Promise.withResolvers<Unfinished | undefined>();
  #written = 0;
  #isOver = false;
  #followers = 0;
  #growth = Promise.withResolvers<void>();

  constructor(of: Filled) {
    this.#of = of;
    this.over = this.#run()
      .then(
        (isKept) => ({ isKept }),
        (error: unknown) => ({ isKept: false, error }),
      )
      .finally(() => {
        this.#isOver = true;
        this.#created.resolve(undefined);
        this.#growth.resolve();
      });
  }

  /** The run's first bytes that are in the file. */
  get written(): number {
    return this.#written;
  }

  /** Whether nothing more will be written. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether somebody reads what is written down, and more can be. */
  get isWanted(): boolean {
    return this.#followers > 0 && this.#end === undefined;
  }

  /** To be called by who reads the file as it grows; answers what he calls when he does not any more. */
  follow(): () => void {
    this.#followers += 1;
    let isFollowing = true;
    return () => {
      if (isFollowing) this.#followers -= 1;
      isFollowing = false;
    };
  }

  /** The file, to read what is written and what will be; undefined when there is none, or none any more. */
  async open(): Promise<FileHandle | undefined> {
    return (await this.#created.promise)?.open();
  }

  /** Resolves when more is written, when it is over, or after `ms`. */
  async growth(ms: number): Promise<void> {
    if (this.#isOver) return;
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, ms);
    await Promise.race([this.#growth.promise, timeout.promise]);
    clearTimeout(timer);
  }

  /** The next bytes. They may not change, and their memory may not be used again, until `onWritten` was called. */
  add(chunk: Uint8Array, onWritten: () => void): void {
    const { waiting } = this.#of;
    if (waiting.bytes + chunk.length > MOST_WAITING) this.abandon();
    if (this.#end !== undefined) {
      onWritten();
      return;
    }
    waiting.bytes += chunk.length;
    this.#pieces.push({ chunk, onWritten });
    this.#wake.resolve();
  }

  /** All bytes were added. */
  complete(): void {
    this.#end ??= 'complete';
    this.#wake.resolve();
  }

  /** The run will not come to its end, or is not what it should be: what is written is removed. */
  abandon(): void {
    this.#end = 'abandoned';
    this.#wake.resolve();
  }

  async #run(): Promise<boolean> {
    const { folder, key, run } = this.#of;
    try {
      const unfinished = await folder.create(run);
      this.#created.resolve(unfinished);
      try {
        const written = await this.#write(unfinished.file);
        if (!this.#isAbandoned() && written === lengthOf(run)) {
          await unfinished.keepAs(key, run);
          return true;
        }
      } catch (error) {
        await unfinished.discard().catch(() => {});
        throw error;
      }
      await unfinished.discard();
      return false;
    } finally {
      this.abandon();
      this.#letGo(this.#pieces);
    }
  }

  /** Writes all that comes; answers how many bytes are durable then. */
  async #write(file: FileHandle): Promise<number> {
    const syncs = writeback(file, 0, SYNC_STEP);
    let written = 0;
    try {
      while (this.#pieces.length > 0 || this.#end === undefined) {
        const pieces = this.#pieces;
        this.#pieces = [];
        try {
          if (!this.#isAbandoned()) written += await writeAll(file, pieces);
          this.#grow(written);
        } finally {
          this.#letGo(pieces);
        }
        if (this.#isAbandoned()) continue;
        await syncs.wrote(written);
        if (this.#pieces.length > 0 || this.#end !== undefined) continue;
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
      if (!this.#isAbandoned()) await syncs.finish(written);
      return written;
    } finally {
      await syncs.settle();
    }
  }

  #grow(written: number): void {
    this.#written = written;
    this.#growth.resolve();
    this.#growth = Promise.withResolvers();
  }

  #letGo(pieces: readonly Piece[]): void {
    for (const { chunk, onWritten } of pieces) {
      this.#of.waiting.bytes -= chunk.length;
      onWritten();
    }
  }

  #isAbandoned(): boolean {
    return this.#end === 'abandoned';
  }
}

async function writeAll(file: FileHandle, pieces: readonly Piece[]): Promise<number> {
  const length = pieces.reduce((sum, it) => sum + it.chunk.length, 0);
  const { bytesWritten } = await file.writev(pieces.map((it) => it.chunk));
  if (bytesWritten < length) throw new Error(`the disk took ${bytesWritten} of ${length} bytes`);
  return length;
}
