import type { GroupRow, UserRow } from './identity-tables.ts';
import { countNamed, findNamed, type NamedPage, namedAfter } from './named-rows.ts';
import type { Reading, Writing } from './port.ts';

/** The group with this name, whatever its case. */
export function findGroup(tx: Reading, account: string, name: string): Promise<GroupRow | undefined> {
  return findNamed(tx, 'iam_groups', account, name);
}

/** Adds the group. The caller has seen that the account has none of this name. */
export async function addGroup(tx: Writing, row: GroupRow): Promise<void> {
  await tx.insertInto('iam_groups').values(row).execute();
}

/** Gives the group another name or path; it stays the one that it is. */
export async function moveGroup(
  tx: Writing,
  groupId: string,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  await tx
    .updateTable('iam_groups')
    .set({ name, name_key: name.toLowerCase(), path })
    .where('group_id', '=', groupId)
    .execute();
}

export async function removeGroup(tx: Writing, groupId: string): Promise<void> {
  await tx.deleteFrom('iam_groups').where('group_id', '=', groupId).execute();
}

export function groupsAfter(tx: Reading, account: string, page: NamedPage): Promise<GroupRow[]> {
  return namedAfter(tx, 'iam_groups', account, page);
}

export function countGroups(tx: Reading, account: string): Promise<number> {
  return countNamed(tx, 'iam_groups', account);
}

/** Puts the user into the group; who is in it stays there. */
export async function addMember(tx: Writing, groupId: string, userId: string): Promise<void> {
  await tx
    .insertInto('iam_group_members')
    .values({ group_id: groupId, user_id: userId })
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Whether he was in it. */
export async function removeMember(tx: Writing, groupId: string, userId: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('iam_group_members')
    .where('group_id', '=', groupId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** The members of a group by name. */
export function membersAfter(tx: Reading, groupId: string, { after, limit }: NamedPage): Promise<UserRow[]> {
  return tx
    .selectFrom('iam_group_members as m')
    .innerJoin('iam_users as u', 'u.user_id', 'm.user_id')
    .selectAll('u')
    .where('m.group_id', '=', groupId)
    .where('u.name_key', '>', after ?? '')
    .orderBy('u.name_key')
    .limit(limit)
    .execute();
}

/** The groups of a user by name: few, there is a limit. */
export function groupsOf(tx: Reading, userId: string): Promise<GroupRow[]> {
  return tx
    .selectFrom('iam_group_members as m')
    .innerJoin('iam_groups as g', 'g.group_id', 'm.group_id')
    .selectAll('g')
    .where('m.user_id', '=', userId)
    .orderBy('g.name_key')
    .execute();
}
