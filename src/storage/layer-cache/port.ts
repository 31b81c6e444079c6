import type { ByteRange } from '../../values/byte-range.ts';
import type { BlobStore, ObjectBytes } from '../blobs/port.ts';

/**
 * Keeps sealed layers near, so that what many pull is read from a far store once. It decides nothing: keys are never
 * used again, so what is kept under one is what was stored, and what is not kept is read from the store.
 */
export interface LayerCache {
  /** The objects of `store`, read through the cache. */
  over(store: Pick<BlobStore, 'read'>): RunReader;
  figures(): CacheFigures;
  /** Resolves when nothing is being written down any more. */
  settled(): Promise<void>;
  /** Begins nothing new, and resolves when nothing is being written down any more. */
  close(): Promise<void>;
}

/** Reads runs of stored bytes: what is kept is kept by the run, whole or not at all. */
export interface RunReader {
  /** `read` of a blob store, of a range that lies inside `run`. */
  read(key: string, range: ByteRange, run: ByteRange): Promise<ObjectBytes | undefined>;
  /** What `read` gave of the run was not what was stored: the store itself is asked next time. */
  forget?(key: string, run: ByteRange): void;
}

/** What the cache has done since its process began. */
export interface CacheFigures {
  /** Reads that the cache served, and those that went to the store. */
  readonly hits: number;
  readonly misses: number;
  /** Runs that were written down, and those that could not be: no room, or the disk too slow. */
  readonly kept: number;
  readonly notKept: number;
  /** What the folder held when somebody last looked, and what this process has added since. */
  readonly bytes: number;
}
