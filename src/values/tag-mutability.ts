export type TagMutabilityMode = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';

/** A repository's `imageTagMutability` and the wildcards of its exclusion filters (`*` is any run of characters). */
export interface TagMutability {
  readonly mode: TagMutabilityMode;
  readonly exclusions: readonly string[];
}

/** Whether `tag`, which points at another image, may be moved. Pure. API_PutImageTagMutability. */
export function mayMoveTag(setting: TagMutability, tag: string): boolean {
  const mutable = setting.mode.startsWith('MUTABLE');
  const excluded =
    setting.mode.endsWith('_WITH_EXCLUSION') && setting.exclusions.some((it) => matchesWildcard(it, tag));
  return mutable !== excluded;
}

/** Whether `wildcard` matches all of `text`. Linear in both: the last `*` is the only one that is gone back to. */
export function matchesWildcard(wildcard: string, text: string): boolean {
  let inWildcard = 0;
  let inText = 0;
  let star = -1;
  let starText = 0;
  while (inText < text.length) {
    if (wildcard[inWildcard] === '*') {
      star = inWildcard++;
      starText = inText;
    } else if (inWildcard < wildcard.length && wildcard[inWildcard] === text[inText]) {
      inWildcard++;
      inText++;
    } else if (star >= 0) {
      inWildcard = star + 1;
      inText = ++starText;
    } else {
      return false;
    }
  }
  while (wildcard[inWildcard] === '*') inWildcard++;
  return inWildcard === wildcard.length;
}
