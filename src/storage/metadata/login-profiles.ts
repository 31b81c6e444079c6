import type { LoginProfileRow } from './identity-tables.ts';
import type { Reading, Writing } from './port.ts';

export function findLoginProfile(tx: Reading, userId: string): Promise<LoginProfileRow | undefined> {
  return tx.selectFrom('iam_login_profiles').selectAll().where('user_id', '=', userId).executeTakeFirst();
}

/** Adds the profile. The caller has seen that the user has none. */
export async function addLoginProfile(tx: Writing, row: LoginProfileRow): Promise<void> {
  await tx.insertInto('iam_login_profiles').values(row).execute();
}

export async function changeLoginProfile(
  tx: Writing,
  userId: string,
  changes: Partial<Pick<LoginProfileRow, 'password_hash' | 'reset_required'>>,
): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  await tx.updateTable('iam_login_profiles').set(changes).where('user_id', '=', userId).execute();
}

/** Whether there was one. */
export async function removeLoginProfile(tx: Writing, userId: string): Promise<boolean> {
  const result = await tx.deleteFrom('iam_login_profiles').where('user_id', '=', userId).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
