import type { RegistryId } from '../../values/registry-id.ts';
import type { Reading, Writing } from './port.ts';
import type { SigningAuthorityRow, SigningProfileRow } from './signing-tables.ts';

export function findSigningAuthority(tx: Reading, account: string): Promise<SigningAuthorityRow | undefined> {
  return tx.selectFrom('signing_authorities').selectAll().where('account', '=', account).executeTakeFirst();
}

/** Keeps it unless the account has one; answers the one that holds. */
export async function settleSigningAuthority(tx: Writing, row: SigningAuthorityRow): Promise<SigningAuthorityRow> {
  await tx
    .insertInto('signing_authorities')
    .values(row)
    .onConflict((c) => c.column('account').doNothing())
    .execute();
  return (await findSigningAuthority(tx, row.account)) ?? row;
}

export function findSigningProfile(
  tx: Reading,
  { account, region }: RegistryId,
  name: string,
): Promise<SigningProfileRow | undefined> {
  return tx
    .selectFrom('signing_profiles')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** Adds it; false when the name was given before. */
export async function addSigningProfile(tx: Writing, row: SigningProfileRow): Promise<boolean> {
  const added = await tx
    .insertInto('signing_profiles')
    .values(row)
    .onConflict((c) => c.columns(['account', 'region', 'name']).doNothing())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows) === 1;
}

export async function changeSigningProfile(
  tx: Writing,
  { account, region, name }: Pick<SigningProfileRow, 'account' | 'region' | 'name'>,
  change: Partial<Pick<SigningProfileRow, 'status' | 'tags'>>,
): Promise<void> {
  await tx
    .updateTable('signing_profiles')
    .set(change)
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .execute();
}

export interface ProfilePage {
  readonly statuses: readonly SigningProfileRow['status'][];
  readonly platformId: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Profiles of a registry by name, behind `after`. */
export function signingProfilesAfter(
  tx: Reading,
  { account, region }: RegistryId,
  { statuses, platformId, after = '', limit }: ProfilePage,
): Promise<SigningProfileRow[]> {
  let query = tx
    .selectFrom('signing_profiles')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '>', after)
    .where('status', 'in', statuses);
  if (platformId !== undefined) query = query.where('platform_id', '=', platformId);
  return query.orderBy('name').limit(limit).execute();
}
