import type { Reading } from './port.ts';

/** A user or role, as documents may name him: by the account, path and name of his ARN, or by his id. */
export interface PrincipalRow {
  id: string;
  account: string;
  path: string;
  name: string;
}

interface Names {
  readonly accounts: readonly string[];
  /** In lower case. */
  readonly nameKeys: readonly string[];
}

/** Users or roles of these accounts that have one of these names, whatever its case: more than those that are meant. */
export async function principalsNamed(
  tx: Reading,
  type: 'user' | 'role',
  { accounts, nameKeys }: Names,
): Promise<PrincipalRow[]> {
  if (accounts.length === 0) return [];
  if (type === 'user') {
    const users = tx.selectFrom('iam_users').select(['user_id as id', 'account', 'path', 'name']);
    return users.where('account', 'in', accounts).where('name_key', 'in', nameKeys).execute();
  }
  const roles = tx.selectFrom('iam_roles').select(['role_id as id', 'account', 'path', 'name']);
  return roles.where('account', 'in', accounts).where('name_key', 'in', nameKeys).execute();
}

/** The users and roles that have one of these ids. */
export async function principalsWithIds(
  tx: Reading,
  ids: readonly string[],
): Promise<(PrincipalRow & { type: 'user' | 'role' })[]> {
  if (ids.length === 0) return [];
  const users = await tx
    .selectFrom('iam_users')
    .select(['user_id as id', 'account', 'path', 'name'])
    .where('user_id', 'in', ids)
    .execute();
  const roles = await tx
    .selectFrom('iam_roles')
    .select(['role_id as id', 'account', 'path', 'name'])
    .where('role_id', 'in', ids)
    .execute();
  return [
    ...users.map((row) => ({ ...row, type: 'user' as const })),
    ...roles.map((row) => ({ ...row, type: 'role' as const })),
  ];
}

/** Those of the accounts that are accounts of this installation, and not closed. */
export async function openAccounts(tx: Reading, accounts: readonly string[]): Promise<ReadonlySet<string>> {
  if (accounts.length === 0) return new Set();
  const rows = await tx
    .selectFrom('accounts')
    .select('account')
    .where('account', 'in', accounts)
    .where('closed_at', 'is', null)
    .execute();
  return new Set(rows.map((row) => row.account));
}
