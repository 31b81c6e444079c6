import type { KmsTagRow } from './kms-tables.ts';
import type { Reading, Writing } from './port.ts';

/** A key's tags, in the order of their keys. */
export function keyTags(tx: Reading, keyId: string): Promise<KmsTagRow[]> {
  return tx.selectFrom('kms_tags').selectAll().where('key_id', '=', keyId).orderBy('tag_key').execute();
}

export async function putKeyTag(tx: Writing, row: KmsTagRow): Promise<void> {
  await tx
    .insertInto('kms_tags')
    .values(row)
    .onConflict((c) => c.columns(['key_id', 'tag_key']).doUpdateSet({ tag_value: row.tag_value }))
    .execute();
}

export async function removeKeyTags(tx: Writing, keyId: string, tagKeys: readonly string[]): Promise<void> {
  await tx.deleteFrom('kms_tags').where('key_id', '=', keyId).where('tag_key', 'in', tagKeys).execute();
}
