import { chunks } from '../storage/metadata/chunks.ts';
import { noteRemoved, type PendingRemoval, pendingRemovals, removeAgain } from '../storage/metadata/journal.ts';
import type { World } from '../world.ts';
import { inBatches, type Pace } from './batches.ts';

const SINGLES_AT_ONCE = 8;

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
  const removeBatch = async (limit: number) => {
    const now = world.clock.now();
    const pending = await world.metadata.read((tx) => pendingRemovals(tx, { now, after, limit }));
    // One that cannot be removed never stops those behind it.
    after = pending.at(-1) ?? after;
    const gone = await removeSome(world, pending);
    await noteGone(world, gone);
    removed += gone.length;
    bytes += gone.reduce((sum, it) => sum + it.size, 0);
    failed += pending.length - gone.length;
    return pending.length;
  };
  await inBatches(pace, removeBatch, 'removals');
  return { removed, bytes, failed };
}

/**
 * Notes that bytes went. Those of an upload may come back while a write of it that was given up is still on its way: they
 * are removed once more when none can be.
 */
async function noteGone(world: Removing, gone: readonly PendingRemoval[]): Promise<void> {
  if (gone.length === 0) return;
  const now = world.clock.now();
  const late = world.blobs.lateWritesMs ?? 0;
  const [again, done] = [[], []] as [PendingRemoval[], PendingRemoval[]];
  for (const it of gone) {
    const mayComeBack = it.draft_state !== null && now.getTime() < Number(it.condemned_at) + late;
    (mayComeBack ? again : done).push(it);
  }
  await world.metadata.write(async (tx) => {
    for (const it of again) await removeAgain(tx, [it.object_key], new Date(Number(it.condemned_at) + late));
    await noteRemoved(
      tx,
      done.map((it) => it.object_key),
      now,
    );
  });
}

/** Those of `pending` whose bytes are gone now. */
async function removeSome(world: Removing, pending: readonly PendingRemoval[]): Promise<PendingRemoval[]> {
  const drafts = pending.filter((it) => it.draft_state !== null);
  const objects = pending.filter((it) => it.draft_state === null);
  const gone = await removeSingly(world, drafts);
  try {
    await world.blobs.remove(objects.map((it) => it.object_key));
    return [...gone, ...objects];
  } catch {
    // All in one go did not work: which of them is it?
    return [...gone, ...(await removeSingly(world, objects))];
  }
}

async function removeSingly(world: Removing, pending: readonly PendingRemoval[]): Promise<PendingRemoval[]> {
  const gone: PendingRemoval[] = [];
  for (const some of chunks(pending, SINGLES_AT_ONCE)) {
    const removing = some.map(async (it) => ({
      it,
      isGone: await isRemoved(world, it.object_key, removalOf(world, it)),
    }));
    for (const { it, isGone } of await Promise.all(removing)) if (isGone) gone.push(it);
  }
  return gone;
}

function removalOf({ blobs }: Removing, { object_key: key, size, draft_state: state }: PendingRemoval): Promise<void> {
  return state === null ? blobs.remove([key]) : blobs.discard({ key, size, state });
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
