import type { UserRow } from './identity-tables.ts';
import { countNamed, findNamed, type NamedPage, namedAfter } from './named-rows.ts';
import type { Reading, Writing } from './port.ts';

/** The user with this name, whatever its case. */
export function findUser(tx: Reading, account: string, name: string): Promise<UserRow | undefined> {
  return findNamed(tx, 'iam_users', account, name);
}

export function findUserById(tx: Reading, userId: string): Promise<UserRow | undefined> {
  return tx.selectFrom('iam_users').selectAll().where('user_id', '=', userId).executeTakeFirst();
}

/** Adds the user. The caller has seen that the account has none of this name. */
export async function addUser(tx: Writing, row: UserRow): Promise<void> {
  await tx.insertInto('iam_users').values(row).execute();
}

/** Gives the user another name or path; he stays the one that he is. */
export async function moveUser(
  tx: Writing,
  userId: string,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  await tx
    .updateTable('iam_users')
    .set({ name, name_key: name.toLowerCase(), path })
    .where('user_id', '=', userId)
    .execute();
}

export async function removeUser(tx: Writing, userId: string): Promise<void> {
  await tx.deleteFrom('iam_users').where('user_id', '=', userId).execute();
}

export function usersAfter(tx: Reading, account: string, page: NamedPage): Promise<UserRow[]> {
  return namedAfter(tx, 'iam_users', account, page);
}

export function countUsers(tx: Reading, account: string): Promise<number> {
  return countNamed(tx, 'iam_users', account);
}
