import type { Hasher } from '../bytes/port.ts';
import type { BlobStore, ObjectBytes } from '../storage/blobs/port.ts';
import { algorithmOf, isDigest } from '../values/digest.ts';
import type { World } from '../world.ts';

/** How it went: `damaged` bytes are not what the digest says and were not kept. */
export type CopyOutcome = 'copied' | 'missing' | 'damaged';

/**
 * Copies an object from store to store under its key, where nothing may be yet. Its digest is verified on the way: what
 * is `copied` is right, and durable.
 */
export async function copyObject(
  { from, to, hashing }: { readonly from: BlobStore; readonly to: BlobStore } & Pick<World, 'hashing'>,
  { key, digest, size }: { readonly key: string; readonly digest: string; readonly size: number },
  { signal, onBytes }: { readonly signal?: AbortSignal; readonly onBytes?: (bytes: number) => void } = {},
): Promise<CopyOutcome> {
  if (!isDigest(digest)) return 'damaged';
  const source = await from.read(key);
  if (!source) return 'missing';
  const hasher = hashing.start(algorithmOf(digest));
  try {
    const begun = await to.begin(key);
    const draft = await to.append(begun, passing(source, hasher, { signal, onBytes }));
    if (draft.size !== size || (await hasher.digest()) !== digest) {
      await to.discard(draft);
      return 'damaged';
    }
    await to.complete(draft);
    return 'copied';
  } finally {
    hasher.dispose();
    source.destroy();
  }
}

async function* passing(
  source: ObjectBytes,
  hasher: Hasher,
  {
    signal,
    onBytes,
  }: { readonly signal: AbortSignal | undefined; readonly onBytes: ((n: number) => void) | undefined },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    signal?.throwIfAborted();
    const piece = chunk as Uint8Array;
    // Hashed while the store writes it; the chunk is free once both have had it.
    const hashed = hasher.update(piece);
    hashed.catch(() => undefined);
    yield piece;
    await hashed;
    onBytes?.(piece.length);
    source.giveBack?.(piece);
  }
}
