import type { RegistryId } from '../../values/registry-id.ts';
import { queueObjects } from './candidates.ts';
import type { Reading, Writing } from './port.ts';
import type { ObjectRow } from './tables.ts';

export async function addObject(tx: Writing, row: ObjectRow): Promise<void> {
  await tx.insertInto('objects').values(row).execute();
}

/**
 * An object of the registry with these contents, whose bytes are there as far as is known. Of those alone whose key is
 * that of `keyScope`: by default the registry's own.
 */
export function findLiveObject(
  tx: Reading,
  registry: RegistryId,
  digest: string,
  keyScope = '',
): Promise<ObjectRow | undefined> {
  return tx
    .selectFrom('objects')
    .selectAll()
    .where('account', '=', registry.account)
    .where('region', '=', registry.region)
    .where('digest', '=', digest)
    .where('key_scope', '=', keyScope)
    .where('state', '=', 'live')
    .orderBy('object_key')
    .limit(1)
    .executeTakeFirst();
}

/**
 * Notes that the object's bytes are gone: its layers are asked for again until somebody pushes them. False when the
 * object itself has gone meanwhile, or that was known.
 */
export async function markObjectLost(tx: Writing, objectKey: string): Promise<boolean> {
  return setObjectState(tx, objectKey, { from: 'live', to: 'lost' });
}

/** The reverse, for bytes that turned out to be there and right. */
export async function markObjectFound(tx: Writing, objectKey: string): Promise<boolean> {
  return setObjectState(tx, objectKey, { from: 'lost', to: 'live' });
}

async function setObjectState(
  tx: Writing,
  objectKey: string,
  { from, to }: { from: ObjectRow['state']; to: ObjectRow['state'] },
): Promise<boolean> {
  const result = await tx
    .updateTable('objects')
    .set({ state: to })
    .where('object_key', '=', objectKey)
    .where('state', '=', from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Lets every layer whose bytes were lost, and whose contents these are, point at the object that has them: in all
 * repositories that share a key, where the key is the registry's own. Another key opens it for `repositoryId` alone.
 */
export async function replaceLostObjects(tx: Writing, object: ObjectRow, repositoryId: string): Promise<void> {
  const rows = await tx
    .selectFrom('objects')
    .select('object_key')
    .where('account', '=', object.account)
    .where('region', '=', object.region)
    .where('digest', '=', object.digest)
    .where('key_scope', '=', object.key_scope)
    .where('state', '=', 'lost')
    .execute();
  const lost = rows.map((row) => row.object_key);
  if (lost.length === 0) return;
  let layers = tx.updateTable('layers').set({ object_key: object.object_key, seal: null });
  if (object.key_scope !== '') layers = layers.where('repository_id', '=', repositoryId);
  await layers.where('object_key', 'in', lost).execute();
  await queueObjects(tx, lost, 'its bytes were missing or damaged, and the layer was pushed again');
}
