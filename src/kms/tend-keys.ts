import { type Lease, leased, TAKEN } from '../jobs/lease.ts';
import { holdKey, keysToDelete, keysToRotate, removeKey } from '../storage/metadata/kms-keys.ts';
import { removeResourcePolicy } from '../storage/metadata/resource-policies.ts';
import { keyArn } from '../values/kms-arn.ts';
import type { World } from '../world.ts';
import { isGone } from './find-key.ts';
import { forgetIdleMaterial, forgetMaterial } from './kept-material.ts';
import { addVersion } from './rotation.ts';

type Tending = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log'>;

export const TENDING_LEASE = 'tend-keys';
/** Rows of one look. */
const SOME = 100;

export interface TendReport {
  readonly rotated: number;
  readonly deleted: number;
}

/**
 * Rotates keys whose day has come and deletes those whose last day has, unless another process is at it: then it answers
 * `TAKEN`. Memory is freed of keys that are not used, in any case.
 */
export async function tendKeys(world: Tending, signal?: AbortSignal): Promise<TendReport | typeof TAKEN> {
  forgetIdleMaterial(world);
  const report = await leased(world, { name: TENDING_LEASE, ...(signal && { signal }) }, async (lease) => ({
    rotated: await rotateDue(world, lease),
    deleted: await deleteDue(world, lease),
  }));
  if (report !== TAKEN && report.rotated + report.deleted > 0) {
    world.log.info({ job: TENDING_LEASE, ...report }, 'keys tended');
  }
  return report;
}

async function rotateDue(world: Tending, { signal }: Lease): Promise<number> {
  let rotated = 0;
  for (;;) {
    const due = await world.metadata.read((tx) => keysToRotate(tx, world.clock.now(), SOME));
    for (const key of due) {
      signal.throwIfAborted();
      if (await addVersion(world, key, 'AUTOMATIC')) rotated += 1;
    }
    if (due.length < SOME) return rotated;
  }
}

/** Their material goes in one transaction with all that is of them: what was encrypted with it never opens again. */
async function deleteDue(world: Tending, { signal, hold }: Lease): Promise<number> {
  let deleted = 0;
  for (;;) {
    const due = await world.metadata.read((tx) => keysToDelete(tx, world.clock.now(), SOME));
    for (const { key_id: keyId } of due) {
      signal.throwIfAborted();
      await world.metadata.write(async (tx) => {
        await hold(tx);
        const now = await holdKey(tx, keyId);
        if (!now || !isGone(now, world.clock.now())) return;
        await removeResourcePolicy(tx, 'key', keyArn(now, keyId));
        await removeKey(tx, keyId);
      });
      forgetMaterial(world, keyId);
      deleted += 1;
    }
    if (due.length < SOME) return deleted;
  }
}
