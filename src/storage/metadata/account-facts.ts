import { sql } from 'kysely';
import type { LoginProfileRow, UserRow } from './identity-tables.ts';
import type { Reading, Writing } from './port.ts';
import { SEEN_OF_KEYS, type SeenKey } from './user-keys.ts';

/** JSON of the password policy, or null where the default holds from now on. */
export async function setPasswordPolicy(tx: Writing, account: string, policy: string | null): Promise<void> {
  await tx.updateTable('accounts').set({ password_policy: policy }).where('account', '=', account).execute();
}

export async function setAlias(tx: Writing, account: string, alias: string | null): Promise<void> {
  await tx.updateTable('accounts').set({ alias }).where('account', '=', account).execute();
}

/** The account that has the alias. */
export async function accountWithAlias(tx: Reading, alias: string): Promise<string | undefined> {
  const row = await tx.selectFrom('accounts').select('account').where('alias', '=', alias).executeTakeFirst();
  return row?.account;
}

/** Of two who give aliases at once one runs again, so that what he looked for beforehand holds, whatever his account. */
export async function holdAliases(tx: Writing): Promise<void> {
  await tx
    .updateTable('installation')
    .set((e) => ({ value: e.ref('value') }))
    .where('name', '=', 'id')
    .execute();
}

export interface AccountCounts {
  users_count: number;
  groups_count: number;
  roles_count: number;
  policies_count: number;
  versions_in_use_count: number;
  instance_profiles_count: number;
  providers_count: number;
  root_keys_count: number;
}

/** How many there are of everything that an account has. */
export async function countOfEach(tx: Reading, account: string): Promise<AccountCounts> {
  const { rows } = await sql<AccountCounts>`
    select
      (select count(*) from iam_users where account = ${account}) as users_count,
      (select count(*) from iam_groups where account = ${account}) as groups_count,
      (select count(*) from iam_roles where account = ${account}) as roles_count,
      (select count(*) from iam_policies where account = ${account}) as policies_count,
      (select count(*) from iam_policies p where p.account = ${account} and exists (
        select 1 from iam_attachments t where t.policy_id = p.policy_id)) as versions_in_use_count,
      (select count(*) from iam_instance_profiles where account = ${account}) as instance_profiles_count,
      (select count(*) from iam_oidc_providers where account = ${account}) as providers_count,
      (select count(*) from access_keys where owner_id = ${account}) as root_keys_count`.execute(tx);
  const [counts] = rows;
  if (!counts) throw new Error('A select without a table gives one row.');
  return counts;
}

/** All users of an account with what each has to sign in: for reports about the whole of it. */
export async function credentialsOf(
  tx: Reading,
  account: string,
): Promise<{
  readonly users: readonly UserRow[];
  readonly profiles: readonly LoginProfileRow[];
  readonly keys: readonly SeenKey[];
}> {
  const users = await tx
    .selectFrom('iam_users')
    .selectAll()
    .where('account', '=', account)
    .orderBy('name_key')
    .execute();
  const profiles = await tx
    .selectFrom('iam_login_profiles as p')
    .innerJoin('iam_users as u', 'u.user_id', 'p.user_id')
    .selectAll('p')
    .where('u.account', '=', account)
    .execute();
  const keys = await tx
    .selectFrom('access_keys')
    .select(SEEN_OF_KEYS)
    .where('account', '=', account)
    .orderBy('created_at')
    .orderBy('access_key_id')
    .execute();
  return { users, profiles, keys };
}
