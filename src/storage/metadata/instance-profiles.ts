import type { InstanceProfileRow } from './identity-tables.ts';
import { countNamed, findNamed, type NamedPage, namedAfter } from './named-rows.ts';
import type { Reading, Writing } from './port.ts';

/** The instance profile with this name, whatever its case. */
export function findInstanceProfile(
  tx: Reading,
  account: string,
  name: string,
): Promise<InstanceProfileRow | undefined> {
  return findNamed(tx, 'iam_instance_profiles', account, name);
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

export function instanceProfilesAfter(tx: Reading, account: string, page: NamedPage): Promise<InstanceProfileRow[]> {
  return namedAfter(tx, 'iam_instance_profiles', account, page);
}

/** The profiles that hand this role over, by name. */
export function instanceProfilesOfRole(tx: Reading, roleId: string): Promise<InstanceProfileRow[]> {
  return tx.selectFrom('iam_instance_profiles').selectAll().where('role_id', '=', roleId).orderBy('name_key').execute();
}

export function countInstanceProfiles(tx: Reading, account: string): Promise<number> {
  return countNamed(tx, 'iam_instance_profiles', account);
}
