import { algorithmOf, type Digest, isDigest } from '../../values/digest.ts';
import type { Checking } from './inspection.ts';

/** What an object's bytes turned out to be. */
export type Stored =
  | { readonly kind: 'read'; readonly size: number; readonly digest: Digest | undefined }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads all bytes of an object and hashes them as its `digest` is hashed. */
export async function readWhole(
  world: Pick<Checking, 'blobs' | 'hashing'>,
  objectKey: string,
  digest: string,
): Promise<Stored> {
  const hasher = isDigest(digest) ? world.hashing.start(algorithmOf(digest)) : undefined;
  try {
    const bytes = await world.blobs.read(objectKey);
    if (!bytes) return { kind: 'missing' };
    let size = 0;
    for await (const chunk of bytes) {
      const piece = chunk as Uint8Array;
      size += piece.length;
      await hasher?.update(piece);
    }
    return { kind: 'read', size, digest: await hasher?.digest() };
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  } finally {
    hasher?.dispose();
  }
}
