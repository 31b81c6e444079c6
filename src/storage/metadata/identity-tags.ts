import type { Reading, Writing } from './port.ts';

export interface StoredTag {
  readonly key: string;
  readonly value: string;
}

/** The tags of a user, role, policy or instance profile (its id) or of an OIDC provider (its ARN), by key without case. */
export function identityTags(tx: Reading, entityId: string): Promise<StoredTag[]> {
  return tx
    .selectFrom('iam_tags')
    .select(['key', 'value'])
    .where('entity_id', '=', entityId)
    .orderBy('key_key')
    .execute();
}

/** Adds the tag, or gives the key its new value and spelling. */
export async function putIdentityTag(tx: Writing, entityId: string, { key, value }: StoredTag): Promise<void> {
  await tx
    .insertInto('iam_tags')
    .values({ entity_id: entityId, key_key: key.toLowerCase(), key, value })
    .onConflict((c) => c.columns(['entity_id', 'key_key']).doUpdateSet({ key, value }))
    .execute();
}

/** Takes the tags with these keys away, without case; all of them when `keys` is not given. */
export async function removeIdentityTags(tx: Writing, entityId: string, keys?: readonly string[]): Promise<void> {
  const some = tx.deleteFrom('iam_tags').where('entity_id', '=', entityId);
  if (keys === undefined) await some.execute();
  else if (keys.length > 0) {
    await some
      .where(
        'key_key',
        'in',
        keys.map((it) => it.toLowerCase()),
      )
      .execute();
  }
}
