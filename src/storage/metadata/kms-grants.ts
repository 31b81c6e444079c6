import type { KmsGrantRow } from './kms-tables.ts';
import type { Reading, Writing } from './port.ts';

/** The grants on a key for a principal, by ARN or service name. */
export function grantsFor(tx: Reading, keyId: string, grantee: string): Promise<KmsGrantRow[]> {
  return tx
    .selectFrom('kms_grants')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('grantee', '=', grantee)
    .orderBy('grant_id')
    .execute();
}

export async function addGrant(tx: Writing, row: KmsGrantRow): Promise<void> {
  await tx.insertInto('kms_grants').values(row).execute();
}
