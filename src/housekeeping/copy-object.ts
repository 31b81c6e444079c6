import type { Hasher } from '../bytes/port.ts';
import type { BlobStore, ObjectBytes } from '../storage/blobs/port.ts';
import type { World } from '../world.ts';
import type { Judge, Verdict } from './judge.ts';

/** How it went: `damaged` bytes are not those of the object and were not kept. */
export type CopyOutcome =
  | { readonly kind: 'missing' | 'damaged' }
  /** `sha256`: of the bytes as they are stored, in hex. */
  | { readonly kind: 'copied'; readonly sha256: string };

export interface CopyOptions {
  /** What looks at the bytes on their way; it is disposed of. */
  readonly judge: Judge;
  /** Whether they are the object's. */
  readonly isRight: (verdict: Verdict, sha256: string) => boolean;
  readonly signal?: AbortSignal;
}

/**
 * Copies an object from store to store under its key, where nothing may be yet, as it is stored. It is verified on the
 * way: what is `copied` is right, and durable.
 */
export async function copyObject(
  { from, to, hashing }: { readonly from: BlobStore; readonly to: BlobStore } & Pick<World, 'hashing'>,
  key: string,
  { judge, isRight, signal }: CopyOptions,
): Promise<CopyOutcome> {
  const source = await from.read(key);
  if (!source) {
    judge.dispose();
    return { kind: 'missing' };
  }
  const hasher = hashing.start('sha256');
  try {
    const begun = await to.begin(key);
    const draft = await to.append(begun, passing(source, [judge.take, (it) => hasher.update(it)], signal));
    const verdict = await judge.verdict();
    const sha256 = await hexOf(hasher);
    if (draft.size !== verdict.storedSize || !isRight(verdict, sha256)) {
      await to.discard(draft);
      return { kind: 'damaged' };
    }
    await to.complete(draft);
    return { kind: 'copied', sha256 };
  } finally {
    judge.dispose();
    hasher.dispose();
    source.destroy();
  }
}

/** The hasher's SHA-256 in hex. */
export async function hexOf(hasher: Hasher): Promise<string> {
  const digest = await hasher.digest();
  return digest.slice(digest.indexOf(':') + 1);
}

async function* passing(
  source: ObjectBytes,
  watchers: readonly ((chunk: Uint8Array) => Promise<void>)[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    signal?.throwIfAborted();
    const piece = chunk as Uint8Array;
    // Looked at while the store writes it; the chunk is free once all have had it.
    const seen = Promise.all(watchers.map((watch) => watch(piece)));
    seen.catch(() => undefined);
    yield piece;
    await seen;
    source.giveBack?.(piece);
  }
}
