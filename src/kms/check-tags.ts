import { LimitExceeded, TagRefused } from './refusals.ts';

export interface KeyTag {
  readonly TagKey: string;
  readonly TagValue: string;
}

/** KMS Developer Guide, "Tags in AWS KMS". @throws TagRefused, LimitExceeded */
export function checkKeyTags(tags: readonly KeyTag[], limit: number): void {
  const keys = tags.map((it) => it.TagKey);
  const reserved = keys.find((it) => it.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined) throw TagRefused({ what: `Tag keys cannot begin with aws:, as ${reserved} does.` });
  if (new Set(keys).size < keys.length) throw TagRefused({ what: 'The same tag key was given twice.' });
  if (tags.length > limit) throw tooManyTags(limit);
}

export function tooManyTags(limit: number) {
  return LimitExceeded({ what: `A KMS key cannot have more than ${limit} tags.` });
}
