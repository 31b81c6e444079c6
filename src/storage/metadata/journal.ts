import type { UnneededObject } from './candidates.ts';
import { chunks } from './chunks.ts';
import type { Reading, Writing } from './port.ts';
import type { CollectedObjectRow } from './tables.ts';

/** An object as it is entered in the journal; its bytes may go at once unless `due_at` says otherwise. */
export type CollectedEntry = Omit<CollectedObjectRow, 'draft_state' | 'due_at' | 'removed_at'> &
  Partial<Pick<CollectedObjectRow, 'draft_state' | 'due_at'>>;

/** Enters an object whose bytes are to be removed. */
export async function addCollected(tx: Writing, entry: CollectedEntry): Promise<void> {
  await tx
    .insertInto('collected_objects')
    .values(rowOf(entry))
    .onConflict((c) => c.doNothing())
    .execute();
}

/** The same for bytes that are there although the journal may say that they went. */
export async function addCollectedAgain(tx: Writing, entry: CollectedEntry): Promise<void> {
  const row = rowOf(entry);
  await tx
    .insertInto('collected_objects')
    .values(row)
    .onConflict((c) => c.column('object_key').doUpdateSet({ reason: row.reason, due_at: row.due_at, removed_at: null }))
    .execute();
}

/**
 * Takes the objects' rows away and enters them in the journal: from here on nothing can point at them. Their bytes may
 * go when they are `due`.
 */
export async function condemnObjects(
  tx: Writing,
  objects: readonly UnneededObject[],
  { now, due }: { readonly now: Date; readonly due: Date },
): Promise<void> {
  for (const some of chunks(objects, 200)) {
    const keys = some.map((object) => object.object_key);
    await tx.deleteFrom('objects').where('object_key', 'in', keys).execute();
    await tx
      .insertInto('collected_objects')
      .values(
        some.map(({ object_key, account, region, digest, size, reason }) =>
          rowOf({
            object_key,
            account,
            region,
            digest,
            size,
            reason,
            condemned_at: now.getTime(),
            due_at: due.getTime(),
          }),
        ),
      )
      .onConflict((c) => c.doNothing())
      .execute();
  }
}

function rowOf(entry: CollectedEntry): CollectedObjectRow {
  return { draft_state: null, due_at: entry.condemned_at, ...entry, removed_at: null };
}

/** What is still to be removed. */
export type PendingRemoval = Pick<
  CollectedObjectRow,
  'object_key' | 'size' | 'draft_state' | 'condemned_at' | 'due_at'
>;

/** Up to `limit` objects whose bytes may go by now, in the order in which they may, behind `after`. */
export function pendingRemovals(
  tx: Reading,
  { now, after, limit }: { now: Date; after: Pick<PendingRemoval, 'due_at' | 'object_key'> | undefined; limit: number },
): Promise<PendingRemoval[]> {
  let query = tx
    .selectFrom('collected_objects')
    .select(['object_key', 'size', 'draft_state', 'condemned_at', 'due_at'])
    .where('removed_at', 'is', null)
    .where('due_at', '<=', now.getTime());
  if (after) {
    query = query.where((e) => e(e.refTuple('due_at', 'object_key'), '>', e.tuple(after.due_at, after.object_key)));
  }
  // By the first column too, though it is null in all of them: PostgreSQL sees the index's order only so.
  return query.orderBy('removed_at').orderBy('due_at').orderBy('object_key').limit(limit).execute();
}

export async function noteRemoved(tx: Writing, keys: readonly string[], now: Date): Promise<void> {
  for (const some of chunks(keys)) {
    await tx
      .updateTable('collected_objects')
      .set({ removed_at: now.getTime() })
      .where('object_key', 'in', some)
      .where('removed_at', 'is', null)
      .execute();
  }
}

/** Has the bytes removed once more at `due`: a write that was given up may bring them back until then. */
export async function removeAgain(tx: Writing, keys: readonly string[], due: Date): Promise<void> {
  for (const some of chunks(keys)) {
    await tx
      .updateTable('collected_objects')
      .set({ due_at: due.getTime() })
      .where('object_key', 'in', some)
      .where('removed_at', 'is', null)
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
