import { chunks } from './chunks.ts';
import { addCollected } from './journal.ts';
import type { Reading, Writing } from './port.ts';
import type { ObjectRow } from './tables.ts';

const REASON = 'its copy was begun and not ended';

/** Objects of `keys` that there are rows of, with their state. */
export async function statesOf(tx: Reading, keys: readonly string[]): Promise<Map<string, ObjectRow['state']>> {
  const states = new Map<string, ObjectRow['state']>();
  for (const some of chunks(keys)) {
    const rows = await tx
      .selectFrom('objects')
      .select(['object_key', 'state'])
      .where('object_key', 'in', some)
      .execute();
    for (const row of rows) states.set(row.object_key, row.state);
  }
  return states;
}

/**
 * Notes that the bytes of the objects are about to come, so that whatever a run that was cut off left of them is found:
 * by the next run, or by a collection after `due`. Answers those of them that were noted before.
 */
export async function noteArriving(
  tx: Writing,
  objects: readonly ObjectRow[],
  { now, due }: { readonly now: Date; readonly due: Date },
): Promise<Set<string>> {
  const before = new Set<string>();
  for (const some of chunks(objects.map((it) => it.object_key))) {
    const rows = await tx
      .selectFrom('collected_objects')
      .select('object_key')
      .where('object_key', 'in', some)
      .execute();
    for (const row of rows) before.add(row.object_key);
  }
  for (const { object_key, account, region, digest, size } of objects) {
    const entry = { object_key, account, region, digest, size, draft_state: '', reason: REASON };
    await addCollected(tx, { ...entry, condemned_at: now.getTime(), due_at: due.getTime() });
  }
  return before;
}

/** Makes the objects known, whose bytes have come or, of those that are lost, never will. */
export async function addArrived(tx: Writing, objects: readonly ObjectRow[]): Promise<void> {
  for (const some of chunks(objects)) {
    const keys = some.map((it) => it.object_key);
    await tx.deleteFrom('collected_objects').where('object_key', 'in', keys).execute();
    await tx
      .insertInto('objects')
      .values([...some])
      .onConflict((c) => c.column('object_key').doUpdateSet((e) => ({ state: e.ref('excluded.state') })))
      .execute();
  }
}

/** Up to `limit` keys of objects that were noted as arriving and never came. */
export async function neverArrived(tx: Reading, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('collected_objects')
    .select('object_key')
    .where('removed_at', 'is', null)
    .limit(limit)
    .execute();
  return rows.map((row) => row.object_key);
}

/** Forgets the objects, wherever they are noted; nothing may point at them. */
export async function forgetObjects(tx: Writing, keys: readonly string[]): Promise<void> {
  for (const some of chunks(keys)) {
    await tx.deleteFrom('collected_objects').where('object_key', 'in', some).execute();
    await tx.deleteFrom('objects').where('object_key', 'in', some).execute();
  }
}
