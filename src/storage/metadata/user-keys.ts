import type { Reading, Writing } from './port.ts';
import type { AccessKeyRow } from './tables.ts';

/** All of a key but its secret, which nobody gets to see again. */
export const SEEN_OF_KEYS = [
  'access_key_id',
  'account',
  'owner_id',
  'status',
  'token_epoch',
  'created_at',
  'last_used_at',
  'last_used_service',
  'last_used_region',
] as const;

export type SeenKey = Pick<AccessKeyRow, (typeof SEEN_OF_KEYS)[number]>;

/** Adds a key. Ids are never given twice. */
export async function addUserKey(tx: Writing, row: AccessKeyRow): Promise<void> {
  await tx.insertInto('access_keys').values(row).execute();
}

/** The keys of a user, the oldest first, without their secrets. */
export function userKeys(tx: Reading, ownerId: string): Promise<SeenKey[]> {
  return tx
    .selectFrom('access_keys')
    .select(SEEN_OF_KEYS)
    .where('owner_id', '=', ownerId)
    .orderBy('created_at')
    .orderBy('access_key_id')
    .execute();
}

/** Whether the owner has this key: it is active or not from now on. */
export async function setUserKeyStatus(
  tx: Writing,
  { ownerId, accessKeyId, status }: { ownerId: string; accessKeyId: string; status: AccessKeyRow['status'] },
): Promise<boolean> {
  const result = await tx
    .updateTable('access_keys')
    .set({ status })
    .where('owner_id', '=', ownerId)
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether the owner had this key. */
export async function removeUserKey(tx: Writing, ownerId: string, accessKeyId: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('access_keys')
    .where('owner_id', '=', ownerId)
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Says when and for what the key was used, unless a later use is known. */
export async function setKeyUse(
  tx: Writing,
  accessKeyId: string,
  { at, service, region }: { readonly at: number; readonly service: string; readonly region: string },
): Promise<void> {
  await tx
    .updateTable('access_keys')
    .set({ last_used_at: at, last_used_service: service, last_used_region: region })
    .where('access_key_id', '=', accessKeyId)
    .where((e) => e.or([e('last_used_at', 'is', null), e('last_used_at', '<', at)]))
    .execute();
}
