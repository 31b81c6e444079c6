import type { RoleDeletionRow, RoleRow } from './identity-tables.ts';
import { countNamed, findNamed, type NamedPage, namedAfter } from './named-rows.ts';
import type { Reading, Writing } from './port.ts';

/** The role with this name, whatever its case. */
export function findRole(tx: Reading, account: string, name: string): Promise<RoleRow | undefined> {
  return findNamed(tx, 'iam_roles', account, name);
}

export function findRoleById(tx: Reading, roleId: string): Promise<RoleRow | undefined> {
  return tx.selectFrom('iam_roles').selectAll().where('role_id', '=', roleId).executeTakeFirst();
}

/** Adds the role; false when the account has one of this name. */
export async function addRole(tx: Writing, row: RoleRow): Promise<boolean> {
  const result = await tx
    .insertInto('iam_roles')
    .values(row)
    .onConflict((c) => c.columns(['account', 'name_key']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** What of a role may change while it stays the role that it is. */
export type RoleChanges = Partial<
  Pick<
    RoleRow,
    'trust_policy' | 'trust_principals' | 'description' | 'max_session_duration' | 'boundary_arn' | 'token_epoch'
  >
>;

export async function changeRole(tx: Writing, roleId: string, changes: RoleChanges): Promise<void> {
  await tx.updateTable('iam_roles').set(changes).where('role_id', '=', roleId).execute();
}

/** A session of the role made a request. */
export async function setRoleUse(
  tx: Writing,
  roleId: string,
  { at, region }: { readonly at: number; readonly region: string },
): Promise<void> {
  await tx
    .updateTable('iam_roles')
    .set({ last_used_at: at, last_used_region: region })
    .where('role_id', '=', roleId)
    .where((e) => e.or([e('last_used_at', 'is', null), e('last_used_at', '<', at)]))
    .execute();
}

export async function removeRole(tx: Writing, roleId: string): Promise<void> {
  await tx.deleteFrom('iam_roles').where('role_id', '=', roleId).execute();
}

export function rolesAfter(tx: Reading, account: string, page: NamedPage): Promise<RoleRow[]> {
  return namedAfter(tx, 'iam_roles', account, page);
}

export function countRoles(tx: Reading, account: string): Promise<number> {
  return countNamed(tx, 'iam_roles', account);
}

export async function addRoleDeletion(tx: Writing, row: RoleDeletionRow): Promise<void> {
  await tx.insertInto('iam_role_deletions').values(row).execute();
}

export function findRoleDeletion(tx: Reading, account: string, taskId: string): Promise<RoleDeletionRow | undefined> {
  return tx
    .selectFrom('iam_role_deletions')
    .selectAll()
    .where('account', '=', account)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
}
