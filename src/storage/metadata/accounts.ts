import { sql } from 'kysely';
import type { RegistryId } from '../../values/registry-id.ts';
import type { Reading, Writing } from './port.ts';
import type { AccessKeyRow } from './tables.ts';

/** Makes the account known; an account that is known already stays as it is. */
export async function addAccount(tx: Writing, account: string, now: Date): Promise<void> {
  await tx
    .insertInto('accounts')
    .values({ account, created_at: now.getTime() })
    .onConflict((c) => c.doNothing())
    .execute();
}

/** The same, and of two who do this at once one comes after the other: each changes the row. */
export async function lockAccount(tx: Writing, account: string, now: Date): Promise<void> {
  await tx
    .insertInto('accounts')
    .values({ account, created_at: now.getTime() })
    .onConflict((c) => c.column('account').doUpdateSet((e) => ({ account: e.ref('excluded.account') })))
    .execute();
}

/** In SQL, since every request of a docker client asks this: building the query costs more than running it. */
export async function findAccessKeyRow(tx: Reading, accessKeyId: string): Promise<AccessKeyRow | undefined> {
  const { rows } = await sql<AccessKeyRow>`select * from access_keys where access_key_id = ${accessKeyId}`.execute(tx);
  return rows[0];
}

export function accessKeysOf(tx: Reading, principalArn: string): Promise<AccessKeyRow[]> {
  return tx
    .selectFrom('access_keys')
    .selectAll()
    .where('principal_arn', '=', principalArn)
    .orderBy('access_key_id')
    .execute();
}

/** Stores the key; one with the same id is replaced, and its login tokens end when the secret is another. */
export async function putAccessKey(tx: Writing, row: AccessKeyRow): Promise<void> {
  await tx
    .insertInto('access_keys')
    .values(row)
    .onConflict((c) =>
      c.column('access_key_id').doUpdateSet({
        account: row.account,
        principal_arn: row.principal_arn,
        sealed_secret: row.sealed_secret,
        status: row.status,
        token_epoch: row.token_epoch,
      }),
    )
    .execute();
}

export async function removeAccessKeys(tx: Writing, principalArn: string, exceptId: string): Promise<void> {
  await tx
    .deleteFrom('access_keys')
    .where('principal_arn', '=', principalArn)
    .where('access_key_id', '!=', exceptId)
    .execute();
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
