import { type BlobStore, PROBE_PREFIX } from '../../storage/blobs/port.ts';
import type { World } from '../../world.ts';

/**
 * Whether both names lead to one store: what is written to one is in the other. Then nothing may be copied, and above
 * all nothing removed.
 */
export async function sharesStore(
  { blobs: one }: { readonly blobs: BlobStore },
  { blobs: other, ids }: Pick<World, 'blobs' | 'ids'>,
): Promise<boolean> {
  const key = `${PROBE_PREFIX}${ids.uuid()}`;
  const begun = await other.begin(key);
  const draft = await other.append(begun, oneByte());
  await other.complete(draft);
  try {
    return await one.has(key);
  } finally {
    await other.remove([key]);
  }
}

async function* oneByte(): AsyncGenerator<Uint8Array> {
  yield Buffer.of(1);
}
