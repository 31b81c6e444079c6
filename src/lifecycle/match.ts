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
