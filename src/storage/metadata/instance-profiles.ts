import type { InstanceProfileRow } from './identity-tables.ts';
import { underPath } from './path-prefix.ts';
import type { Reading, Writing } from './port.ts';
import type { NamedPage } from './roles.ts';

/** The instance profile with this name, whatever its case. */
export function findInstanceProfile(
  tx: Reading,
  account: string,
  name: string,
): Promise<InstanceProfileRow | undefined> {
  return tx
    .selectFrom('iam_instance_profiles')
    .selectAll()
    .where('account', '=', account)
    .where('name_key', '=', name.toLowerCase())
    .executeTakeFirst();
}

/** Adds the profile; false when the account has one of this name. */
export async function addInstanceProfile(tx: Writing, row: InstanceProfileRow): Promise<boolean> {
  const result = await tx
    .insertInto('iam_instance_profiles')
    .values(row)
    .onConflict((c) => c.columns(['account', 'name_key']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function setProfileRole(tx: Writing, profileId: string, roleId: string | null): Promise<void> {
  await tx.updateTable('iam_instance_profiles').set({ role_id: roleId }).where('profile_id', '=', profileId).execute();
}

export async function removeInstanceProfile(tx: Writing, profileId: string): Promise<void> {
  await tx.deleteFrom('iam_instance_profiles').where('profile_id', '=', profileId).execute();
}

export function instanceProfilesAfter(
  tx: Reading,
  account: string,
  { pathPrefix, after, limit }: NamedPage,
): Promise<InstanceProfileRow[]> {
  return tx
    .selectFrom('iam_instance_profiles')
    .selectAll()
    .where('account', '=', account)
    .where('name_key', '>', after ?? '')
    .where((e) => underPath(e.ref('path'), pathPrefix))
    .orderBy('name_key')
    .limit(limit)
    .execute();
}

/** The profiles that hand this role over, by name. */
export function instanceProfilesOfRole(tx: Reading, roleId: string): Promise<InstanceProfileRow[]> {
  return tx.selectFrom('iam_instance_profiles').selectAll().where('role_id', '=', roleId).orderBy('name_key').execute();
}

export async function countInstanceProfiles(tx: Reading, account: string): Promise<number> {
  const { count } = await tx
    .selectFrom('iam_instance_profiles')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  return Number(count);
}
