import type { RegistryId } from '../../values/registry-id.ts';
import type { KmsKeyRow, KmsKeyVersionRow } from './kms-tables.ts';
import type { Reading, Writing } from './port.ts';

export function findKey(tx: Reading, keyId: string): Promise<KmsKeyRow | undefined> {
  return tx.selectFrom('kms_keys').selectAll().where('key_id', '=', keyId).executeTakeFirst();
}

/** The registry's one key for a purpose of the installation's own. */
export function findKeyFor(
  tx: Reading,
  { account, region }: RegistryId,
  purpose: 'ecr' | 'registry',
): Promise<KmsKeyRow | undefined> {
  return tx
    .selectFrom('kms_keys')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('purpose', '=', purpose)
    .executeTakeFirst();
}

export function findKeyVersion(tx: Reading, keyId: string, version: number): Promise<KmsKeyVersionRow | undefined> {
  return tx
    .selectFrom('kms_key_versions')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('version', '=', version)
    .executeTakeFirst();
}

/** Stores a key with its first material; false when the registry has one for that purpose already. */
export async function addKey(tx: Writing, key: KmsKeyRow, version: KmsKeyVersionRow): Promise<boolean> {
  const added = await tx
    .insertInto('kms_keys')
    .values(key)
    .onConflict((c) => c.columns(['account', 'region', 'purpose']).doNothing())
    .executeTakeFirst();
  if (Number(added.numInsertedOrUpdatedRows) === 0) return false;
  await tx.insertInto('kms_key_versions').values(version).execute();
  return true;
}

/** `deletionAt` of a key that is to be deleted. */
export async function setKeyState(
  tx: Writing,
  keyId: string,
  state: KmsKeyRow['state'],
  deletionAt: Date | null,
): Promise<void> {
  await tx
    .updateTable('kms_keys')
    .set({ state, deletion_at: deletionAt?.getTime() ?? null })
    .where('key_id', '=', keyId)
    .execute();
}
