import { holdKey } from '../storage/metadata/kms-keys.ts';
import { keyTags, putKeyTag, removeKeyTags } from '../storage/metadata/kms-tags.ts';
import type { World } from '../world.ts';
import { checkKeyTags, type KeyTag, tooManyTags } from './check-tags.ts';
import type { Key } from './find-key.ts';
import { mustNotBePending } from './key-state.ts';
import { KMS_LIMITS } from './limits.ts';
import { keyNotFound } from './refusals.ts';

/** Sets tags of a key; others stay. @throws TagRefused, LimitExceeded, InvalidState */
export async function tagKey({ metadata }: Pick<World, 'metadata'>, { row, arn }: Key, tags: readonly KeyTag[]) {
  const limit = KMS_LIMITS.tagsPerKey;
  checkKeyTags(tags, limit);
  await metadata.write(async (tx) => {
    const now = await holdKey(tx, row.key_id);
    if (!now) throw keyNotFound(arn);
    mustNotBePending(now);
    for (const { TagKey, TagValue } of tags) {
      await putKeyTag(tx, { key_id: row.key_id, tag_key: TagKey, tag_value: TagValue });
    }
    if ((await keyTags(tx, row.key_id)).length > limit) throw tooManyTags(limit);
  });
}

/** Takes tags off a key; those that it does not have are no matter. @throws InvalidState */
export async function untagKey({ metadata }: Pick<World, 'metadata'>, { row, arn }: Key, tagKeys: readonly string[]) {
  if (tagKeys.length === 0) return;
  await metadata.write(async (tx) => {
    const now = await holdKey(tx, row.key_id);
    if (!now) throw keyNotFound(arn);
    mustNotBePending(now);
    await removeKeyTags(tx, row.key_id, tagKeys);
  });
}
