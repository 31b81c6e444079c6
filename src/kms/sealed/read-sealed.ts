import { Readable } from 'node:stream';
import { freeSoon } from '../../bytes/free-soon.ts';
import type { BlobStore, ObjectBytes } from '../../storage/blobs/port.ts';
import type { ByteRange } from '../../values/byte-range.ts';
import { type DataKeys, fileKeysOf } from '../envelope/keys.ts';
import { Opener } from '../envelope/opener.ts';
import type { Seal } from '../envelope/seal.ts';
import { type Span, spansOf } from './spans.ts';

export interface OpeningWith {
  readonly dataKeys: DataKeys;
  /** Of the object: `contextOf`. */
  readonly context: Buffer;
}

/**
 * `read` of a blob store, of an object that is sealed: the bytes of `range`, which lies inside it, or all of them. The
 * stream breaks with BadEnvelope before the first byte of a frame that is not what was sealed. Undefined when the store
 * has no such object.
 */
export async function readSealed(
  store: Pick<BlobStore, 'read'>,
  key: string,
  seal: Seal,
  options: OpeningWith & { readonly range?: ByteRange | undefined },
): Promise<ObjectBytes | undefined> {
  const spans = spansOf(seal, options.range);
  const [first] = spans;
  // Opened before anything is answered: who asks for bytes that are gone is to hear so.
  const begun = first && (await store.read(key, first.stored));
  if (first && !begun) return undefined;
  // It may break before anybody asks for its bytes; who does is told then.
  begun?.on('error', () => {});
  return new OpenedBytes(async function* () {
    for (const span of spans) {
      const stored = span === first ? begun : await store.read(key, span.stored);
      if (!stored) throw new Error(`the object ${key} was removed while it was being read`);
      yield* opened(stored, seal, span, options);
    }
  }, begun);
}

async function* opened(
  stored: ObjectBytes,
  seal: Seal,
  { segment, firstFrame, lastFrame, skip, take }: Span,
  { dataKeys, context }: OpeningWith,
): AsyncGenerator<Buffer> {
  const opener = new Opener({
    header: seal,
    keys: fileKeysOf(dataKeys, segment.salt, context).frames,
    length: segment.length,
    isWhole: segment.isWhole,
    first: firstFrame,
    last: lastFrame,
  });
  let toSkip = skip;
  let left = take;
  for await (const chunk of stored) {
    for (const piece of opener.push(chunk as Uint8Array)) {
      const wanted = piece.subarray(toSkip, toSkip + left);
      toSkip = Math.max(0, toSkip - piece.length);
      left -= wanted.length;
      if (wanted.length > 0) yield wanted;
    }
    stored.giveBack?.(chunk as Uint8Array);
  }
  opener.end();
}

/** What a generator gives, as a stream; the memory of each piece can be given back. */
class OpenedBytes extends Readable implements ObjectBytes {
  readonly #pieces: AsyncGenerator<Buffer>;
  readonly #begun: ObjectBytes | undefined;

  constructor(pieces: () => AsyncGenerator<Buffer>, begun: ObjectBytes | undefined) {
    super({ highWaterMark: 256 * 1024 });
    this.#pieces = pieces();
    this.#begun = begun;
  }

  override _read(): void {
    this.#pieces.next().then(
      ({ value, done }) => this.push(done ? null : value),
      (error: Error) => this.destroy(error),
    );
  }

  giveBack(chunk: Uint8Array): void {
    freeSoon(chunk);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // A generator that was never asked would not close what was opened for it.
    this.#begun?.destroy();
    this.#pieces.return(undefined).then(
      () => done(error),
      () => done(error),
    );
  }
}
