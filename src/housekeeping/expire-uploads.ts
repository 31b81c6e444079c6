import { abandonObject } from '../registry/end-upload.ts';
import { dropHasher } from '../registry/parked-hashers.ts';
import { takeExpiredUploads } from '../storage/metadata/uploads.ts';
import type { World } from '../world.ts';
import { inBatches, type Pace, writeBatch } from './batches.ts';

/**
 * Ends the uploads that nobody has gone on with in time, those of deleted repositories included. Their objects are in
 * the journal when this resolves; the next collection removes the bytes.
 */
export async function expireUploads(
  world: Pick<World, 'metadata' | 'hashing' | 'clock'>,
  pace: Pace = {},
): Promise<{ uploadsEnded: number; isComplete: boolean }> {
  let uploadsEnded = 0;
  const isComplete = await inBatches(pace, async (batch) => {
    const now = world.clock.now();
    const ended = await writeBatch(world.metadata, pace, async (tx) => {
      const expired = await takeExpiredUploads(tx, now, batch);
      for (const row of expired) {
        const registry = { account: row.account, region: row.region };
        await abandonObject(tx, row, { registry, reason: 'nobody went on with the upload in time', now });
      }
      return expired;
    });
    for (const row of ended) dropHasher(world.hashing, row.id);
    uploadsEnded += ended.length;
    return ended.length;
  });
  return { uploadsEnded, isComplete };
}
