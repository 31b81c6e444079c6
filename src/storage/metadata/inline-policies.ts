import type { InlinePolicyRow } from './identity-tables.ts';
import type { Reading, Writing } from './port.ts';

/** The policies that are part of a user, group or role, by name. */
export function inlinePolicies(tx: Reading, entityId: string): Promise<InlinePolicyRow[]> {
  return tx.selectFrom('iam_inline_policies').selectAll().where('entity_id', '=', entityId).orderBy('name').execute();
}

export async function putInlinePolicyRow(tx: Writing, row: InlinePolicyRow): Promise<void> {
  await tx
    .insertInto('iam_inline_policies')
    .values(row)
    .onConflict((c) => c.columns(['entity_id', 'name']).doUpdateSet({ document: row.document }))
    .execute();
}

/** Whether there was one. */
export async function removeInlinePolicyRow(tx: Writing, entityId: string, name: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('iam_inline_policies')
    .where('entity_id', '=', entityId)
    .where('name', '=', name)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
