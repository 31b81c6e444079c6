import type { RegistryId } from '../../values/registry-id.ts';
import type { Reading, Writing } from './port.ts';
import type { AccessKeyRow, AccountRow } from './tables.ts';

/**
 * Raises the version of the account's users, groups, roles and policies: whoever changes one of them does this in the
 * same transaction, and first. Of two who do it at once one comes after the other, so that what he counts or looks for
 * beforehand holds.
 */
export async function changeIdentity(tx: Writing, account: string): Promise<void> {
  await tx
    .updateTable('accounts')
    .set((e) => ({ identity_version: e('identity_version', '+', 1) }))
    .where('account', '=', account)
    .execute();
}

/** Makes the account known; an account that is known already stays as it is. */
export async function addAccount(tx: Writing, account: string, now: Date): Promise<void> {
  await tx
    .insertInto('accounts')
    .values(newAccount(account, now))
    .onConflict((c) => c.doNothing())
    .execute();
}

/** The row of an account as it is when it becomes known. */
export function newAccount(account: string, now: Date): AccountRow {
  return {
    account,
    created_at: now.getTime(),
    name: null,
    alias: null,
    closed_at: null,
    password_policy: null,
    identity_version: 1,
  };
}

/** The same, and of two who do this at once one comes after the other: each changes the row. */
export async function lockAccount(tx: Writing, account: string, now: Date): Promise<void> {
  await tx
    .insertInto('accounts')
    .values(newAccount(account, now))
    .onConflict((c) => c.column('account').doUpdateSet((e) => ({ account: e.ref('excluded.account') })))
    .execute();
}

/** Makes a new account; false when there is one with this number. */
export async function addNamedAccount(
  tx: Writing,
  { account, name, now }: { readonly account: string; readonly name: string; readonly now: Date },
): Promise<boolean> {
  const result = await tx
    .insertInto('accounts')
    .values({ ...newAccount(account, now), name })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** All accounts by age. An installation has few. */
export function allAccounts(tx: Reading): Promise<AccountRow[]> {
  return tx.selectFrom('accounts').selectAll().orderBy('created_at').orderBy('account').execute();
}

/** Closes the account, or opens it again. */
export async function setAccountClosed(tx: Writing, account: string, at: Date | undefined): Promise<void> {
  await tx
    .updateTable('accounts')
    .set((e) => ({ closed_at: at?.getTime() ?? null, identity_version: e('identity_version', '+', 1) }))
    .where('account', '=', account)
    .execute();
}

export function findAccount(tx: Reading, account: string): Promise<AccountRow | undefined> {
  return tx.selectFrom('accounts').selectAll().where('account', '=', account).executeTakeFirst();
}

export function findAccessKeyRow(tx: Reading, accessKeyId: string): Promise<AccessKeyRow | undefined> {
  return tx.selectFrom('access_keys').selectAll().where('access_key_id', '=', accessKeyId).executeTakeFirst();
}

/** The keys of a user (his id) or of an account's root (the account). */
export function accessKeysOf(tx: Reading, ownerId: string): Promise<AccessKeyRow[]> {
  return tx.selectFrom('access_keys').selectAll().where('owner_id', '=', ownerId).orderBy('access_key_id').execute();
}

/** Stores the key; one with the same id is replaced, and its login tokens end when the secret is another. */
export async function putAccessKey(tx: Writing, row: AccessKeyRow): Promise<void> {
  await tx
    .insertInto('access_keys')
    .values(row)
    .onConflict((c) =>
      c.column('access_key_id').doUpdateSet({
        account: row.account,
        owner_id: row.owner_id,
        sealed_secret: row.sealed_secret,
        status: row.status,
        token_epoch: row.token_epoch,
      }),
    )
    .execute();
}

export async function removeAccessKeys(tx: Writing, ownerId: string, exceptId: string): Promise<void> {
  await tx.deleteFrom('access_keys').where('owner_id', '=', ownerId).where('access_key_id', '!=', exceptId).execute();
}

/** The value that was set, or undefined where the default holds. */
export async function findAccountSetting(tx: Reading, registry: RegistryId, name: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('account_settings')
    .select('value')
    .where('account', '=', registry.account)
    .where('region', '=', registry.region)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

export async function setAccountSetting(tx: Writing, registry: RegistryId, name: string, value: string): Promise<void> {
  await tx
    .insertInto('account_settings')
    .values({ account: registry.account, region: registry.region, name, value })
    .onConflict((c) => c.columns(['account', 'region', 'name']).doUpdateSet({ value }))
    .execute();
}
