import type { UserRow } from './identity-tables.ts';
import { underPath } from './path-prefix.ts';
import type { Reading, Writing } from './port.ts';
import type { NamedPage } from './roles.ts';

/** The user with this name, whatever its case. */
export function findUser(tx: Reading, account: string, name: string): Promise<UserRow | undefined> {
  return tx
    .selectFrom('iam_users')
    .selectAll()
    .where('account', '=', account)
    .where('name_key', '=', name.toLowerCase())
    .executeTakeFirst();
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

export function usersAfter(tx: Reading, account: string, { pathPrefix, after, limit }: NamedPage): Promise<UserRow[]> {
  return tx
    .selectFrom('iam_users')
    .selectAll()
    .where('account', '=', account)
    .where('name_key', '>', after ?? '')
    .where((e) => underPath(e.ref('path'), pathPrefix))
    .orderBy('name_key')
    .limit(limit)
    .execute();
}

export async function countUsers(tx: Reading, account: string): Promise<number> {
  const { count } = await tx
    .selectFrom('iam_users')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  return Number(count);
}
