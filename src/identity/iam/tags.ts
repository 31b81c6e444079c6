import { identityTags, putIdentityTag, removeIdentityTags } from '../../storage/metadata/identity-tags.ts';
import type { Reading, Writing } from '../../storage/metadata/port.ts';
import { InvalidInput, LimitExceeded } from './refusals.ts';

/** A tag as IAM writes it. */
export interface IamTag {
  readonly Key: string;
  readonly Value: string;
}

const TAGS_AT_MOST = 50;

/** What has this id has these tags, by key. */
export async function tagsOf(tx: Reading, entityId: string): Promise<IamTag[]> {
  return (await identityTags(tx, entityId)).map(({ key, value }) => ({ Key: key, Value: value }));
}

/**
 * Adds the tags to those that are there; a key that is there, in whatever case, gets the new value. The caller has called
 * `changeIdentity` and has looked whether the entity exists.
 *
 * @throws InvalidInput for a key given twice or one of AWS's own (`aws:`), LimitExceeded for more than 50
 */
export async function addTags(tx: Writing, entityId: string, tags: readonly IamTag[]): Promise<void> {
  const keys = new Set<string>();
  for (const { Key } of tags) {
    const key = Key.toLowerCase();
    if (key.startsWith('aws:'))
      throw InvalidInput({ what: 'aws: prefixed tag key names are not allowed for external use.' });
    if (keys.has(key)) {
      throw InvalidInput({ what: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.' });
    }
    keys.add(key);
  }
  for (const { Key, Value } of tags) await putIdentityTag(tx, entityId, { key: Key, value: Value });
  if ((await identityTags(tx, entityId)).length > TAGS_AT_MOST) {
    throw LimitExceeded({ what: 'The number of tags has reached the maximum limit.' });
  }
}

/** Takes tags away, all of them when no keys are given; keys that are not there are passed over. */
export async function removeTags(tx: Writing, entityId: string, keys?: readonly string[]): Promise<void> {
  await removeIdentityTags(tx, entityId, keys);
}
