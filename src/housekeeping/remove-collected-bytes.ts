import { noteRemoved, type PendingRemoval, pendingRemovals } from '../storage/metadata/journal.ts';
import type { World } from '../world.ts';
import { inBatches, type Pace } from './batches.ts';

type Removing = Pick<World, 'metadata' | 'blobs' | 'clock' | 'log'>;

/** Removes the bytes of what the journal holds, and notes in it that they went. Bytes are counted as the rows had them. */
export async function removeCollectedBytes(
  world: Removing,
  pace: Pace,
): Promise<{ removed: number; bytes: number; failed: number }> {
  let after: PendingRemoval | undefined;
  let removed = 0;
  let bytes = 0;
  let failed = 0;
  await inBatches(pace, async (limit) => {
    const now = world.clock.now();
    const pending = await world.metadata.read((tx) => pendingRemovals(tx, { now, after, limit }));
    // One that cannot be removed never stops those behind it.
    after = pending.at(-1) ?? after;
    const gone = await removeSome(world, pending);
    const keys = gone.map((it) => it.object_key);
    if (keys.length > 0) await world.metadata.write((tx) => noteRemoved(tx, keys, world.clock.now()));
    removed += gone.length;
    bytes += gone.reduce((sum, it) => sum + it.size, 0);
    failed += pending.length - gone.length;
    return pending.length;
  });
  return { removed, bytes, failed };
}

/** Those of `pending` whose bytes are gone now. */
async function removeSome(world: Removing, pending: readonly PendingRemoval[]): Promise<PendingRemoval[]> {
  const drafts = pending.filter((it) => it.draft_state !== null);
  const objects = pending.filter((it) => it.draft_state === null);
  const gone: PendingRemoval[] = [];
  for (const draft of drafts) {
    const { object_key: key, size, draft_state } = draft;
    if (await isRemoved(world, key, world.blobs.discard({ key, size, state: draft_state ?? '' }))) gone.push(draft);
  }
  try {
    await world.blobs.remove(objects.map((it) => it.object_key));
    return [...gone, ...objects];
  } catch {
    // All in one go did not work: which of them is it?
    for (const object of objects) {
      if (await isRemoved(world, object.object_key, world.blobs.remove([object.object_key]))) gone.push(object);
    }
    return gone;
  }
}

async function isRemoved(world: Removing, objectKey: string, removal: Promise<void>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    world.log.warn({ objectKey, err: error }, 'bytes of a collected object were not removed yet');
    return false;
  }
}
