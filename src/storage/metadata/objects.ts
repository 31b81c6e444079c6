import type { RegistryId } from '../../values/registry-id.ts';
import { chunks } from './images.ts';
import type { Reading, Writing } from './port.ts';
import type { CollectedObjectRow, ObjectRow } from './tables.ts';

export async function addObject(tx: Writing, row: ObjectRow): Promise<void> {
  await tx.insertInto('objects').values(row).execute();
}

/** An object of the registry with these contents, whose bytes are there as far as is known. */
export function findLiveObject(tx: Reading, registry: RegistryId, digest: string): Promise<ObjectRow | undefined> {
  return tx
    .selectFrom('objects')
    .selectAll()
    .where('account', '=', registry.account)
    .where('region', '=', registry.region)
    .where('digest', '=', digest)
    .where('state', '=', 'live')
    .orderBy('object_key')
    .limit(1)
    .executeTakeFirst();
}

/** Notes that the object's bytes are gone: its layers are asked for again until somebody pushes them. */
export async function markObjectLost(tx: Writing, objectKey: string): Promise<void> {
  await tx.updateTable('objects').set({ state: 'lost' }).where('object_key', '=', objectKey).execute();
}

/** Lets every layer whose bytes were lost, and whose contents these are, point at the object that has them. */
export async function replaceLostObjects(tx: Writing, object: ObjectRow): Promise<void> {
  const lost = tx
    .selectFrom('objects')
    .select('object_key')
    .where('account', '=', object.account)
    .where('region', '=', object.region)
    .where('digest', '=', object.digest)
    .where('state', '=', 'lost');
  await tx.updateTable('layers').set({ object_key: object.object_key }).where('object_key', 'in', lost).execute();
}

/** Up to `limit` objects that no layer points at, oldest key first. */
export function unreferencedObjects(tx: Reading, limit: number): Promise<ObjectRow[]> {
  return tx
    .selectFrom('objects')
    .selectAll('objects')
    .where((e) =>
      e.not(
        e.exists(
          e.selectFrom('layers').select('layers.digest').whereRef('layers.object_key', '=', 'objects.object_key'),
        ),
      ),
    )
    .orderBy('objects.object_key')
    .limit(limit)
    .execute();
}

/** Takes the objects' rows away and enters them in the journal: from here on nothing can point at them. */
export async function condemnObjects(
  tx: Writing,
  objects: readonly ObjectRow[],
  entry: { reason: string; now: Date },
): Promise<void> {
  for (const object of objects) {
    await tx.deleteFrom('objects').where('object_key', '=', object.object_key).execute();
    await addCollected(tx, {
      object_key: object.object_key,
      account: object.account,
      region: object.region,
      digest: object.digest,
      size: object.size,
      reason: entry.reason,
      condemned_at: entry.now.getTime(),
      removed_at: null,
    });
  }
}

/** Enters an object whose bytes are to be removed. */
export async function addCollected(tx: Writing, row: CollectedObjectRow): Promise<void> {
  await tx
    .insertInto('collected_objects')
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Objects whose bytes are still to be removed. */
export async function pendingRemovals(tx: Reading, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('collected_objects')
    .select('object_key')
    .where('removed_at', 'is', null)
    .orderBy('object_key')
    .limit(limit)
    .execute();
  return rows.map((row) => row.object_key);
}

export async function noteRemoved(tx: Writing, keys: readonly string[], now: Date): Promise<void> {
  for (const some of chunks(keys)) {
    await tx
      .updateTable('collected_objects')
      .set({ removed_at: now.getTime() })
      .where('object_key', 'in', some)
      .execute();
  }
}

/** Forgets journal entries whose bytes went before `before`; up to `limit`. */
export async function forgetCollected(tx: Writing, before: Date, limit: number): Promise<number> {
  const rows = await tx
    .selectFrom('collected_objects')
    .select('object_key')
    .where('removed_at', '<', before.getTime())
    .orderBy('removed_at')
    .limit(limit)
    .execute();
  for (const some of chunks(rows.map((row) => row.object_key))) {
    await tx.deleteFrom('collected_objects').where('object_key', 'in', some).execute();
  }
  return rows.length;
}

/** What the journal says of a digest, latest first. */
export function collectedOf(tx: Reading, digest: string, limit: number): Promise<CollectedObjectRow[]> {
  return tx
    .selectFrom('collected_objects')
    .selectAll()
    .where('digest', '=', digest)
    .orderBy('condemned_at', 'desc')
    .limit(limit)
    .execute();
}
