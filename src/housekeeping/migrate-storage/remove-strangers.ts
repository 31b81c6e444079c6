import { forgetObjects, neverArrived, statesOf } from '../../storage/metadata/copy-objects.ts';
import { type CopiedRow, rowsAfter } from '../../storage/metadata/copy-rows.ts';
import type { World } from '../../world.ts';

const AT_ONCE = 200;
const EVEN_SO = { evenIfReadOnly: true };

export interface RemovingStrangers {
  readonly source: Pick<World, 'metadata'>;
  readonly target: Pick<World, 'metadata' | 'blobs'>;
  /** Whether both have one store: then the bytes are the source's to remove. */
  readonly sharesStore: boolean;
  readonly signal: AbortSignal;
}

/**
 * Removes what the target has of objects that the source has let go of since: whole ones, and what a copy that was cut
 * off left. For a target that has all objects of the source, and no rows that point at objects.
 */
export async function removeStrangers({ source, target, sharesStore, signal }: RemovingStrangers): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const keys = await target.metadata.read((tx) => neverArrived(tx, AT_ONCE));
    if (keys.length === 0) break;
    for (const key of keys) await target.blobs.discard({ key, size: 0, state: '' });
    await target.metadata.write((tx) => forgetObjects(tx, keys), EVEN_SO);
  }
  for (let after: CopiedRow | undefined; ; ) {
    signal.throwIfAborted();
    const page = await target.metadata.read((tx) => rowsAfter(tx, 'objects', after));
    const keys = page.map((row) => String(row['object_key']));
    const states = await source.metadata.read((tx) => statesOf(tx, keys));
    const strangers = keys.filter((it) => !states.has(it));
    if (strangers.length > 0) {
      // The bytes first: a run that is cut off here finds the rows again.
      if (!sharesStore) await target.blobs.remove(strangers);
      await target.metadata.write((tx) => forgetObjects(tx, strangers), EVEN_SO);
    }
    after = page.at(-1);
    if (after === undefined) return;
  }
}
