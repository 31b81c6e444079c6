import type { Readable } from 'node:stream';
import type { ByteRange } from '../../../values/byte-range.ts';
import type { Sum } from './sum.ts';

/** What is asked of S3, in the words of a bucket: names, not keys. Everything else stands on these. */
export interface Bucket {
  /** Stores `body` under `name`; with `onlyNew` not where something is. */
  put(name: string, body: Buffer, options: PutOptions): Promise<'stored' | 'taken'>;
  /** Opens the object, or `range` of it; undefined when there is none. With `etag`, only while it is that one. */
  get(name: string, options?: { readonly range?: ByteRange; readonly etag?: string }): Promise<Opened | undefined>;
  /** Undefined when there is no such object, or no bucket: the answer does not say which. */
  head(name: string): Promise<Head | undefined>;
  /** Whether there is no such object, for certain. */
  isMissing(name: string): Promise<boolean>;
  /** Removes the names; those that are not there count as removed. */
  remove(names: readonly string[]): Promise<void>;
  /** Whether many are removed by one request, as far as is known. */
  removesByBatch(): boolean;
  /** Everything whose name begins with `prefix`. */
  list(prefix: string): AsyncGenerator<Listed>;
  /** Begins a multipart upload. `checked`: each part will bring a CRC-32. */
  beginParts(name: string, options: { readonly checked: boolean }): Promise<Begun>;
  /** Stores a part and gives its ETag; undefined when there is no such upload. */
  putPart(upload: Upload, part: NewPart, signal?: AbortSignal): Promise<string | undefined>;
  /** Makes bytes of the object that has the upload's own name a part of it. */
  copyPart(upload: Upload, copy: ByteRange & { readonly number: number }): Promise<Part>;
  /** The upload's parts in their order; undefined when there is no such upload. */
  parts(upload: Upload): Promise<Part[] | undefined>;
  /** Makes an object of the parts; `gone` when there is no such upload (any more). */
  completeParts(upload: Upload, parts: readonly Part[]): Promise<'completed' | 'gone'>;
  /** Ends the upload and frees its parts; one that is not there counts as ended. */
  abortParts(upload: Upload): Promise<void>;
  /** Uploads that are neither completed nor aborted and whose names begin with `prefix`. */
  listUploads(prefix: string): AsyncGenerator<BegunUpload>;
}

export interface PutOptions {
  readonly sum: Sum;
  readonly onlyNew?: boolean;
}

/** An object, opened: its head is read, its bytes are not yet. */
export interface Opened {
  readonly body: Readable;
  /** How many bytes `body` says it has. */
  readonly length: number;
  /** Where the first of them lies in the object. */
  readonly first: number;
  readonly etag: string;
}

export interface Head {
  readonly size: number;
  readonly etag: string;
}

export interface Listed {
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: Date;
}

export interface Upload {
  readonly name: string;
  readonly id: string;
}

export interface Begun {
  readonly id: string;
  /** It took more than one try: one whose answer was lost may have begun another upload. */
  readonly mayHaveTwin: boolean;
}

export interface BegunUpload extends Upload {
  readonly begunAt: Date;
}

export interface NewPart {
  /** From 1. */
  readonly number: number;
  readonly body: Buffer;
  readonly sum: Sum;
}

export interface Part {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  /** As the store keeps it, where parts were sent with one: it has to be named again at the end. */
  readonly crc32?: string;
}
