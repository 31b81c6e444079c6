import { takeCandidates } from '../storage/metadata/candidates.ts';
import { condemnObjects, forgetCollected } from '../storage/metadata/journal.ts';
import { removeExpiredLayers } from '../storage/metadata/layers.ts';
import type { World } from '../world.ts';
import { inBatches, type Pace, writeBatch } from './batches.ts';
import { removeCollectedBytes } from './remove-collected-bytes.ts';

const DAY = 24 * 3_600_000;

/** How long the journal remembers what went and why. */
export const JOURNAL_MS = 90 * DAY;

export interface CollectReport {
  /** Layers that left their repositories because their lease had run out and no image needed them. */
  readonly layersExpired: number;
  /** Objects that no layer pointed at any more. */
  readonly objectsCondemned: number;
  /** Objects whose bytes went, those of ended uploads and of earlier runs included. */
  readonly objectsRemoved: number;
  readonly bytesRemoved: number;
  /** Objects whose bytes the store would not remove; the next run tries again. */
  readonly removalsFailed: number;
  /** Journal entries that had become too old. */
  readonly entriesForgotten: number;
  /** False when the signal ended it early. */
  readonly isComplete: boolean;
}

/**
 * Collects garbage, online: beside pushes, beside another collection, also one of another process. Each step is a small
 * transaction that checks again what it relies on, so it can be killed anywhere and run again. Storage is never listed
 * and nothing is locked while bytes are removed (architecture, invariant 3).
 */
export async function collect(
  world: Pick<World, 'metadata' | 'blobs' | 'clock' | 'log' | 'rules'>,
  pace: Pace = {},
): Promise<CollectReport> {
  const { metadata, clock, rules } = world;

  let layersExpired = 0;
  await inBatches(pace, async (batch) => {
    const { looked, removed } = await writeBatch(metadata, pace, (tx) => removeExpiredLayers(tx, clock.now(), batch));
    layersExpired += removed;
    return looked;
  });

  let objectsCondemned = 0;
  await inBatches(pace, async (batch) => {
    const { looked, condemned } = await writeBatch(metadata, pace, async (tx) => {
      const { looked, unneeded } = await takeCandidates(tx, batch);
      const now = clock.now();
      await condemnObjects(tx, unneeded, { now, due: new Date(now.getTime() + rules.removalDelayMs) });
      return { looked, condemned: unneeded.length };
    });
    objectsCondemned += condemned;
    return looked;
  });

  const {
    removed: objectsRemoved,
    bytes: bytesRemoved,
    failed: removalsFailed,
  } = await removeCollectedBytes(world, pace);

  let entriesForgotten = 0;
  const isComplete = await inBatches(pace, async (batch) => {
    const before = new Date(clock.now().getTime() - JOURNAL_MS);
    const forgotten = await writeBatch(metadata, pace, (tx) => forgetCollected(tx, before, batch));
    entriesForgotten += forgotten;
    return forgotten;
  });

  return {
    layersExpired,
    objectsCondemned,
    objectsRemoved,
    bytesRemoved,
    removalsFailed,
    entriesForgotten,
    isComplete,
  };
}
