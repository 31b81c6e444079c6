import { sql } from 'kysely';
import type { IdentityTables } from './identity-tables.ts';
import { underPath } from './path-prefix.ts';
import type { Reading } from './port.ts';

/** Tables of what has a name, unique without case, and a path in an account. */
type NamedTable = 'iam_users' | 'iam_groups' | 'iam_roles' | 'iam_instance_profiles' | 'iam_policies';

/** A part of a list by name: what comes behind `after` (a name in lower case), under a path. */
export interface NamedPage {
  readonly pathPrefix?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The row with this name, whatever its case. */
export async function findNamed<T extends NamedTable>(
  tx: Reading,
  table: T,
  account: string,
  name: string,
): Promise<IdentityTables[T] | undefined> {
  const { rows } = await sql<IdentityTables[T]>`
    select * from ${sql.table(table)} where account = ${account} and name_key = ${name.toLowerCase()}`.execute(tx);
  return rows[0];
}

/** A page of the account's rows, by name. */
export async function namedAfter<T extends NamedTable>(
  tx: Reading,
  table: T,
  account: string,
  { pathPrefix, after, limit }: NamedPage,
): Promise<IdentityTables[T][]> {
  const { rows } = await sql<IdentityTables[T]>`
    select * from ${sql.table(table)}
    where account = ${account} and name_key > ${after ?? ''} and ${underPath(sql.ref('path'), pathPrefix)}
    order by name_key limit ${limit}`.execute(tx);
  return rows;
}

/** How many the account has. */
export async function countNamed(tx: Reading, table: NamedTable, account: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)} where account = ${account}`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}
