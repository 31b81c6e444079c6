import type { Readable } from 'node:stream';
import type { ByteRange } from '../../values/byte-range.ts';

/**
 * An object that is being written. Plain data: it is kept in the upload's row, and any node can go on with it.
 * `state` belongs to the store (part numbers, etags); nobody else looks inside.
 */
export interface Draft {
  readonly key: string;
  /** Bytes that are durable so far. */
  readonly size: number;
  readonly state: string;
}

export interface StoredObject {
  readonly key: string;
  /**
   * The object that this is a piece of, where a store keeps drafts in pieces: it belongs to that object's upload, and to
   * nobody once the object is complete. `remove` takes the key of a piece like any other.
   */
  readonly pieceOf?: string;
  readonly sizeInBytes: number;
  readonly modifiedAt: Date;
}

/** An object's bytes on their way out. */
export interface ObjectBytes extends Readable {
  /**
   * Lets the memory of a chunk be used for later ones. For those who know that nobody looks at the chunk any more;
   * nobody has to.
   */
  giveBack?(chunk: Uint8Array): void;
}

/**
 * Where bytes live. Keys are fresh ids, written once, never renamed or overwritten (architecture, invariant 2).
 * A store never decides whether a layer exists: rows do.
 */
export interface BlobStore {
  /**
   * Begins an object under `key`; rejects when there is one. What `read` and `has` say of it before `complete` is
   * unspecified: rows decide who asks.
   */
  begin(key: string): Promise<Draft>;
  /**
   * Adds `bytes` behind what `draft` holds and resolves with the draft that holds them too, durably. Whatever lies
   * behind `draft.size` from an append that was cut off is overwritten. A chunk is the caller's again as soon as the
   * next one is asked for. `checkpoint` is called now and then with a draft whose bytes are durable; when it rejects,
   * the append stops with that error. Rejects with what `bytes` throws; the draft passed in stays valid then.
   */
  append(draft: Draft, bytes: AsyncIterable<Uint8Array>, checkpoint?: Checkpoint): Promise<Draft>;
  /** Makes the object readable and durable; doing so again changes nothing. */
  complete(draft: Draft): Promise<void>;
  /** Removes whatever the draft left, completed or not; a draft that is gone counts as discarded. */
  discard(draft: Draft): Promise<void>;
  /** The object's bytes, or those of `range`, which lies inside it; undefined when there is no such object. */
  read(key: string, range?: ByteRange): Promise<ObjectBytes | undefined>;
  /** Whether the bytes are there: what lets a lost layer be pushed again. */
  has(key: string): Promise<boolean>;
  /** Removes the keys. Keys that are not there count as removed. */
  remove(keys: readonly string[]): Promise<void>;
  /** Everything stored, drafts and what a probe left included, in no order: for fsck alone. */
  list(): AsyncIterable<StoredObject>;
  /** Rejects when the store cannot serve. It leaves nothing, and may be asked each second. */
  probe(): Promise<void>;
  /**
   * The id of the installation whose bytes these are: `id` itself where the store was nobody's until now. So that a
   * database is never served beside a store that is not its own.
   */
  belongTo(id: string): Promise<string>;
  /**
   * An address at which anybody may GET the object until `expiresAt`, ranges included; for stores that clients can
   * reach by themselves.
   */
  addressOf?(key: string, expiresAt: Date): Promise<string>;
  /**
   * How long after it was given up a write may still arrive, in a store behind a network: what was removed may be there
   * again until then. Undefined where nothing arrives after its call has ended.
   */
  readonly lateWritesMs?: number;
  /** Tries, one by one, what is relied on: for doctor. A store that has nothing to be tried has none of these. */
  examine?(): Promise<readonly Examined[]>;
  close?(): Promise<void>;
}

/** One thing that is relied on, and whether the store really does it. */
export interface Examined {
  /** In a word or two: `ranges`, `multipart uploads`. */
  readonly what: string;
  /** `missing`: Berth cannot work with this store. `worse`: it can, as `detail` says. */
  readonly state: 'good' | 'worse' | 'missing';
  readonly detail: string;
}

/** What the keys of probes begin with: no row knows them. */
export const PROBE_PREFIX = 'probe-';

export type Checkpoint = (draft: Draft) => Promise<void>;

/** The store has no room: the push is refused, nothing is half-written. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';
}

/** The store cannot be reached or does not answer in time: later it may work. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
