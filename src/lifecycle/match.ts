import type { TagRequirement } from '../values/lifecycle-policy.ts';
import { matchesWildcard } from '../values/tag-mutability.ts';

/** Whether an image with these tags is one that the rule is about. Of a list each entry must fit some tag. Pure. */
export function matchesTags(requirement: TagRequirement, tags: readonly string[]): boolean {
  switch (requirement.kind) {
    case 'any':
      return true;
    case 'untagged':
      return tags.length === 0;
    case 'prefixes':
      return requirement.prefixes.every((prefix) => tags.some((tag) => tag.startsWith(prefix)));
    case 'patterns':
      return requirement.patterns.every((pattern) => tags.some((tag) => matchesWildcard(pattern, tag)));
  }
}

/** Those of an image's tags that the rule does not name: they go with the image all the same. Pure. */
export function tagsBeside(requirement: TagRequirement, tags: readonly string[]): readonly string[] {
  switch (requirement.kind) {
    case 'any':
    case 'untagged':
      return [];
    case 'prefixes':
      return tags.filter((tag) => !requirement.prefixes.some((prefix) => tag.startsWith(prefix)));
    case 'patterns':
      return tags.filter((tag) => !requirement.patterns.some((pattern) => matchesWildcard(pattern, tag)));
  }
}
