import type { RegistryId } from '../../values/registry-id.ts';
import type { KmsAliasRow } from './kms-tables.ts';
import type { Reading, Writing } from './port.ts';

export function findAlias(
  tx: Reading,
  { account, region }: RegistryId,
  name: string,
): Promise<KmsAliasRow | undefined> {
  return tx
    .selectFrom('kms_aliases')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** The names of a key's aliases. */
export async function aliasesOf(tx: Reading, keyId: string): Promise<string[]> {
  const rows = await tx.selectFrom('kms_aliases').select('name').where('key_id', '=', keyId).orderBy('name').execute();
  return rows.map((it) => it.name);
}

/** Up to `limit` aliases of a registry, or of one key, behind `after`. */
export function listAliases(
  tx: Reading,
  { account, region }: RegistryId,
  page: { readonly keyId?: string | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<KmsAliasRow[]> {
  let query = tx
    .selectFrom('kms_aliases')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '>', page.after ?? '');
  if (page.keyId !== undefined) query = query.where('key_id', '=', page.keyId);
  return query.orderBy('name').limit(page.limit).execute();
}

/** false when there is one of that name. */
export async function addAlias(tx: Writing, row: KmsAliasRow): Promise<boolean> {
  const added = await tx
    .insertInto('kms_aliases')
    .values(row)
    .onConflict((c) => c.columns(['account', 'region', 'name']).doNothing())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows) > 0;
}

/** false when there is none of that name. */
export async function pointAlias(
  tx: Writing,
  { account, region, name, key_id, updated_at }: Omit<KmsAliasRow, 'created_at'>,
): Promise<boolean> {
  const done = await tx
    .updateTable('kms_aliases')
    .set({ key_id, updated_at })
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) > 0;
}

/** false when there is none of that name. */
export async function removeAlias(tx: Writing, { account, region }: RegistryId, name: string): Promise<boolean> {
  const done = await tx
    .deleteFrom('kms_aliases')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .executeTakeFirst();
  return Number(done.numDeletedRows) > 0;
}
