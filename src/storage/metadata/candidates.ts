import { chunks } from './chunks.ts';
import type { Reading, Writing } from './port.ts';
import type { ObjectRow } from './tables.ts';

/**
 * Lets the next collection see whether the objects lost their last layer. Belongs in the transaction that takes a layer
 * away from them; `reason` is what the journal says should they go.
 */
export async function queueObjects(tx: Writing, objectKeys: readonly string[], reason: string): Promise<void> {
  // In order, as all do: two that queue the same objects wait for each other only one way.
  for (const some of chunks([...new Set(objectKeys)].toSorted(), 200)) {
    await tx
      .insertInto('collection_candidates')
      .values(some.map((key) => ({ object_key: key, reason })))
      .onConflict((c) => c.column('object_key').doUpdateSet({ reason }))
      .execute();
  }
}

/** The same for all that a repository holds, however much that is. */
export async function queueObjectsOf(tx: Writing, repositoryId: string, reason: string): Promise<void> {
  await tx
    .insertInto('collection_candidates')
    .columns(['object_key', 'reason'])
    .expression((e) =>
      e
        .selectFrom('layers')
        .select(['layers.object_key', e.val(reason).as('reason')])
        .distinct()
        .where('layers.repository_id', '=', repositoryId)
        .orderBy('layers.object_key'),
    )
    .onConflict((c) => c.column('object_key').doUpdateSet({ reason }))
    .execute();
}

/** An object that no layer points at, and why its last one went. */
export interface UnneededObject extends ObjectRow {
  readonly reason: string;
}

/**
 * Takes up to `limit` objects off the queue. Answers those that no layer points at: what becomes of them is decided in
 * the same transaction.
 */
export async function takeCandidates(
  tx: Writing,
  limit: number,
): Promise<{ looked: number; unneeded: UnneededObject[] }> {
  const rows = await tx
    .selectFrom('collection_candidates')
    .select(['object_key', 'reason'])
    .orderBy('object_key')
    .limit(limit)
    .execute();
  const reasons = new Map(rows.map((row) => [row.object_key, row.reason]));
  const unneeded: UnneededObject[] = [];
  for (const some of chunks([...reasons.keys()])) {
    const objects = await tx
      .selectFrom('objects')
      .selectAll('objects')
      .where('objects.object_key', 'in', some)
      .where((e) =>
        e.not(
          e.exists(
            e.selectFrom('layers').select('layers.digest').whereRef('layers.object_key', '=', 'objects.object_key'),
          ),
        ),
      )
      .execute();
    for (const object of objects) unneeded.push({ ...object, reason: reasons.get(object.object_key) ?? '' });
    await tx.deleteFrom('collection_candidates').where('object_key', 'in', some).execute();
  }
  return { looked: rows.length, unneeded };
}

/** Why each of the objects waits for a collection; those that do not wait are left out. */
export async function queuedReasons(tx: Reading, objectKeys: readonly string[]): Promise<Map<string, string>> {
  const reasons = new Map<string, string>();
  for (const some of chunks(objectKeys)) {
    const rows = await tx
      .selectFrom('collection_candidates')
      .select(['object_key', 'reason'])
      .where('object_key', 'in', some)
      .execute();
    for (const row of rows) reasons.set(row.object_key, row.reason);
  }
  return reasons;
}
