import { inBatches, writeBatch } from '../housekeeping/batches.ts';
import { leased } from '../jobs/lease.ts';
import { removeLifecycleActions } from '../storage/metadata/lifecycle-actions.ts';
import {
  expireLifecyclePreview,
  previewEndedBefore,
  removeResults,
  type WhichPreview,
} from '../storage/metadata/lifecycle-previews.ts';
import type { World } from '../world.ts';
import { previewExpiry } from './preview-expiry.ts';

const LEASE = 'tidy-lifecycle';
const DAY_MS = 24 * 60 * 60 * 1000;
/** What the journal keeps. */
export const JOURNAL_DAYS = 90;

/** Removes what previews found more than a day ago, and what the journal has kept for 90 days. */
export async function tidyLifecycle(world: World, signal?: AbortSignal): Promise<void> {
  const { metadata, clock } = world;
  await leased(world, { name: LEASE, ...(signal && { signal }) }, async (lease) => {
    const pace = { lease, signal: lease.signal };
    const before = new Date(clock.now().getTime() - JOURNAL_DAYS * DAY_MS);
    await inBatches(pace, (size) => writeBatch(metadata, pace, (tx) => removeLifecycleActions(tx, before, size)));

    const expired = () => metadata.readOne((tx) => previewEndedBefore(tx, previewExpiry(clock.now())));
    for (let which = await expired(); which && !lease.signal.aborted; which = await expired()) {
      const old: WhichPreview = which;
      await inBatches(pace, (size) =>
        writeBatch(metadata, pace, async (tx) => {
          const removed = await removeResults(tx, old, size);
          if (removed < size) await expireLifecyclePreview(tx, old);
          return removed;
        }),
      );
    }
  });
}
