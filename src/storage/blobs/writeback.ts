import type { FileHandle } from 'node:fs/promises';
import { needingRoom } from './storage-full.ts';

/** Brings a file's bytes to the disk while more are being written, so that little is left to wait for at the end. */
export interface Writeback {
  /** Bytes from the start of the file that are durable. */
  readonly durable: number;
  /**
   * Tells that the file holds `size` bytes now. Waits while the disk is far behind: a source that is faster would else
   * pile up bytes in memory, and nothing would become durable before its end.
   *
   * @throws what an earlier sync failed with
   */
  wrote(size: number): Promise<void>;
  /** Resolves when all `size` bytes are durable. */
  finish(size: number): Promise<void>;
  /** Resolves when no sync is under way any more, however it ended. */
  settle(): Promise<void>;
}

const STEPS_BEHIND = 4;

/** `size` bytes of `file` are durable already; a sync is started for each `step` bytes, one at a time. */
export function writeback(file: Pick<FileHandle, 'datasync'>, size: number, step: number): Writeback {
  let durable = size;
  let started = size;
  let running: Promise<void> | undefined;
  // Kept for good: after a failed sync the kernel may call the lost pages clean, and a second sync would succeed.
  let failure: { readonly error: unknown } | undefined;

  function sync(upTo: number): Promise<void> {
    started = upTo;
    running = needingRoom(file.datasync()).then(
      () => {
        durable = upTo;
        running = undefined;
      },
      (error: unknown) => {
        failure = { error };
        running = undefined;
      },
    );
    return running;
  }

  return {
    get durable() {
      return durable;
    },
    async wrote(upTo) {
      if (upTo - durable >= STEPS_BEHIND * step) await running;
      if (failure) throw failure.error;
      if (!running && upTo - started >= step) void sync(upTo);
    },
    async finish(upTo) {
      await running;
      if (!failure && durable < upTo) await sync(upTo);
      if (failure) throw failure.error;
    },
    async settle() {
      await running;
    },
  };
}
