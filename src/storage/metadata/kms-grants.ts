import type { KmsGrantRow } from './kms-tables.ts';
import type { Reading, Writing } from './port.ts';

/** The grants on a key for principals, by ARN or service name. */
export function grantsFor(tx: Reading, keyId: string, grantees: readonly string[]): Promise<KmsGrantRow[]> {
  return tx
    .selectFrom('kms_grants')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('grantee', 'in', grantees)
    .orderBy('grant_id')
    .execute();
}

export function findGrant(tx: Reading, grantId: string): Promise<KmsGrantRow | undefined> {
  return tx.selectFrom('kms_grants').selectAll().where('grant_id', '=', grantId).executeTakeFirst();
}

/** The grants on a key that were given this name. */
export function grantsNamed(tx: Reading, keyId: string, name: string): Promise<KmsGrantRow[]> {
  return tx.selectFrom('kms_grants').selectAll().where('key_id', '=', keyId).where('name', '=', name).execute();
}

export async function countGrants(tx: Reading, keyId: string): Promise<number> {
  const row = await tx
    .selectFrom('kms_grants')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('key_id', '=', keyId)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

export async function addGrant(tx: Writing, row: KmsGrantRow): Promise<void> {
  await tx.insertInto('kms_grants').values(row).execute();
}

/** false when there is none. */
export async function removeGrant(tx: Writing, grantId: string): Promise<boolean> {
  const done = await tx.deleteFrom('kms_grants').where('grant_id', '=', grantId).executeTakeFirst();
  return Number(done.numDeletedRows) > 0;
}

/** The grants that were made for a repository. */
export function grantsOfRepository(tx: Reading, repositoryId: string): Promise<KmsGrantRow[]> {
  return tx.selectFrom('kms_grants').selectAll().where('repository_id', '=', repositoryId).execute();
}

/** Up to `limit` grants behind `after`: on a key, or those that a principal may retire in a region. */
export function listGrants(
  tx: Reading,
  of:
    | { readonly keyId: string; readonly grantId?: string | undefined; readonly grantee?: string | undefined }
    | { readonly retiring: string; readonly region: string },
  { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<(KmsGrantRow & { account: string; region: string })[]> {
  let query = tx
    .selectFrom('kms_grants')
    .innerJoin('kms_keys', 'kms_keys.key_id', 'kms_grants.key_id')
    .selectAll('kms_grants')
    .select(['kms_keys.account', 'kms_keys.region'])
    .where('grant_id', '>', after);
  if ('keyId' in of) {
    query = query.where('kms_grants.key_id', '=', of.keyId);
    if (of.grantId !== undefined) query = query.where('grant_id', '=', of.grantId);
    if (of.grantee !== undefined) query = query.where('grantee', '=', of.grantee);
  } else {
    query = query.where('retiring', '=', of.retiring).where('kms_keys.region', '=', of.region);
  }
  return query.orderBy('grant_id').limit(limit).execute();
}
