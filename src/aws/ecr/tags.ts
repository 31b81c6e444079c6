import type { Tag as Stored } from '../../registry/check-tags.ts';
import type { Tag } from '../model/ecr.ts';

/** The only members of this API that begin with capitals. */
export function storedTags(tags: readonly Tag[]): Stored[] {
  return tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}

export function describeTags(tags: readonly Stored[]): Tag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
