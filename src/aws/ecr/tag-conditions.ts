import type { Access } from '../../identity/authorize.ts';
import type { Tag } from '../model/ecr.ts';

/** The condition keys that the tags of a request make; of a request without tags none. */
export function requestTagConditions(tags: readonly Tag[] = []): Access['conditions'] {
  if (tags.length === 0) return undefined;
  return [
    ...tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const),
    ['aws:TagKeys', tags.map(({ Key }) => Key)],
  ];
}
