import { sql } from 'kysely';
import type { RegistryId } from '../../values/registry-id.ts';
import type { KmsKeyRow, KmsKeyVersionRow } from './kms-tables.ts';
import type { Reading, Writing } from './port.ts';

/** In SQL, since each pull asks it: building the query costs more than running it. */
export async function findKey(tx: Reading, keyId: string): Promise<KmsKeyRow | undefined> {
  const { rows } = await sql<KmsKeyRow>`select * from kms_keys where key_id = ${keyId}`.execute(tx);
  return rows[0];
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

/**
 * Writes the key's row as it is and answers it: of two who change something of a key one comes after the other, so that
 * what he counts or looks for beforehand holds. undefined when there is none.
 */
export function holdKey(tx: Writing, keyId: string): Promise<KmsKeyRow | undefined> {
  return tx
    .updateTable('kms_keys')
    .set((e) => ({ created_at: e.ref('created_at') }))
    .where('key_id', '=', keyId)
    .returningAll()
    .executeTakeFirst();
}

export async function changeKey(
  tx: Writing,
  keyId: string,
  change: Partial<
    Pick<KmsKeyRow, 'state' | 'deletion_at' | 'description' | 'current_version' | 'rotation_days' | 'rotate_at'>
  >,
): Promise<void> {
  await tx.updateTable('kms_keys').set(change).where('key_id', '=', keyId).execute();
}

/** Up to `limit` ids of keys that customers may see, behind `after`. */
export async function listKeyIds(
  tx: Reading,
  { account, region }: RegistryId,
  { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<string[]> {
  const rows = await tx
    .selectFrom('kms_keys')
    .select('key_id')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('key_id', '>', after)
    .where((e) => e.or([e('purpose', 'is', null), e('purpose', '!=', 'registry')]))
    .orderBy('key_id')
    .limit(limit)
    .execute();
  return rows.map((it) => it.key_id);
}

/** Customers' keys in a registry. */
export async function countKeys(tx: Reading, { account, region }: RegistryId): Promise<number> {
  const row = await tx
    .selectFrom('kms_keys')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('region', '=', region)
    .where('purpose', 'is', null)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** The versions of a key, from the first. */
export function keyVersions(tx: Reading, keyId: string): Promise<Omit<KmsKeyVersionRow, 'wrapped'>[]> {
  return tx
    .selectFrom('kms_key_versions')
    .select(['key_id', 'version', 'material_id', 'public_key', 'rotation_type', 'created_at'])
    .where('key_id', '=', keyId)
    .orderBy('version')
    .execute();
}

export async function addKeyVersion(tx: Writing, row: KmsKeyVersionRow): Promise<void> {
  await tx.insertInto('kms_key_versions').values(row).execute();
}

/** Some keys that are to be rotated by now. */
export function keysToRotate(tx: Reading, now: Date, limit: number): Promise<KmsKeyRow[]> {
  return tx
    .selectFrom('kms_keys')
    .selectAll()
    .where('rotate_at', '<=', now.getTime())
    .where('state', '=', 'Enabled')
    .orderBy('rotate_at')
    .limit(limit)
    .execute();
}

/** Some keys whose last day has come. */
export function keysToDelete(tx: Reading, now: Date, limit: number): Promise<KmsKeyRow[]> {
  return tx
    .selectFrom('kms_keys')
    .selectAll()
    .where('deletion_at', '<=', now.getTime())
    .orderBy('deletion_at')
    .limit(limit)
    .execute();
}

/** Removes a key and all that is of it. */
export async function removeKey(tx: Writing, keyId: string): Promise<void> {
  for (const table of ['kms_tags', 'kms_grants', 'kms_aliases', 'kms_key_versions', 'kms_keys'] as const) {
    await tx.deleteFrom(table).where('key_id', '=', keyId).execute();
  }
}

/** Some versions behind `after`, in the order of key and version: for who wraps all of them again. */
export function versionsAfter(
  tx: Reading,
  after: { readonly keyId: string; readonly version: number },
  limit: number,
): Promise<Pick<KmsKeyVersionRow, 'key_id' | 'version' | 'wrapped'>[]> {
  return tx
    .selectFrom('kms_key_versions')
    .select(['key_id', 'version', 'wrapped'])
    .where((e) =>
      e.or([e('key_id', '>', after.keyId), e.and([e('key_id', '=', after.keyId), e('version', '>', after.version)])]),
    )
    .orderBy('key_id')
    .orderBy('version')
    .limit(limit)
    .execute();
}

export async function putWrapped(
  tx: Writing,
  row: Pick<KmsKeyVersionRow, 'key_id' | 'version' | 'wrapped'>,
): Promise<void> {
  await tx
    .updateTable('kms_key_versions')
    .set({ wrapped: row.wrapped })
    .where('key_id', '=', row.key_id)
    .where('version', '=', row.version)
    .execute();
}
