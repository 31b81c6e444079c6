import type { OidcProviderRow } from './identity-tables.ts';
import type { Reading, Writing } from './port.ts';

/** The provider with this ARN, of this account and no other. */
export function findOidcProvider(tx: Reading, account: string, arn: string): Promise<OidcProviderRow | undefined> {
  return tx
    .selectFrom('iam_oidc_providers')
    .selectAll()
    .where('arn', '=', arn)
    .where('account', '=', account)
    .executeTakeFirst();
}

/** The providers of an account by URL: 100 at most. */
export function oidcProvidersOf(tx: Reading, account: string): Promise<OidcProviderRow[]> {
  return tx.selectFrom('iam_oidc_providers').selectAll().where('account', '=', account).orderBy('url').execute();
}

/** Adds the provider; false when the account has one of this URL. */
export async function addOidcProvider(tx: Writing, row: OidcProviderRow): Promise<boolean> {
  const result = await tx
    .insertInto('iam_oidc_providers')
    .values(row)
    .onConflict((c) => c.column('arn').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function changeOidcProvider(
  tx: Writing,
  arn: string,
  changes: Partial<Pick<OidcProviderRow, 'client_ids' | 'thumbprints'>>,
): Promise<void> {
  await tx.updateTable('iam_oidc_providers').set(changes).where('arn', '=', arn).execute();
}

export async function removeOidcProvider(tx: Writing, arn: string): Promise<void> {
  await tx.deleteFrom('iam_oidc_providers').where('arn', '=', arn).execute();
}
