import type { BlobStore } from '../../storage/blobs/port.ts';
import type { World } from '../../world.ts';
import { hexOf } from '../copy-object.ts';
import type { Judge } from '../judge.ts';

/** What is stored under a key, looked at without any key to open it. */
export type StoredBytes =
  | { readonly kind: 'read'; readonly size: number; readonly sha256: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads all that is stored under a key, and hashes it. `judge` sees it too. */
export async function readStored(
  { store, hashing }: { readonly store: Pick<BlobStore, 'read'> } & Pick<World, 'hashing'>,
  key: string,
  judge?: Pick<Judge, 'take'>,
): Promise<StoredBytes> {
  const hasher = hashing.start('sha256');
  try {
    const bytes = await store.read(key);
    if (!bytes) return { kind: 'missing' };
    let size = 0;
    for await (const chunk of bytes) {
      const piece = chunk as Uint8Array;
      size += piece.length;
      await Promise.all([hasher.update(piece), judge?.take(piece)]);
      bytes.giveBack?.(piece);
    }
    return { kind: 'read', size, sha256: await hexOf(hasher) };
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  } finally {
    hasher.dispose();
  }
}
