import type { TagMutability } from '../values/tag-mutability.ts';
import { InvalidParameter } from './refusals.ts';

const MEMBER = 'imageTagMutabilityExclusionFilters';

/**
 * Whether mode and exclusion filters go together, and each filter has at most two wildcards.
 *
 * @throws InvalidParameter
 */
export function checkTagMutability({ mode, exclusions }: TagMutability): void {
  const wantsFilters = mode.endsWith('_WITH_EXCLUSION');
  if (wantsFilters && exclusions.length === 0) {
    throw InvalidParameter({
      member: MEMBER,
      constraint: `ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as ${mode}`,
    });
  }
  if (!wantsFilters && exclusions.length > 0) {
    throw InvalidParameter({
      member: MEMBER,
      constraint: `ImageTagMutabilityExclusionFilters must be null when imageTagMutability is set as ${mode}`,
    });
  }
  const crowded = exclusions.find((filter) => filter.split('*').length > 3);
  if (crowded !== undefined) {
    throw InvalidParameter({ member: MEMBER, constraint: `Filter '${crowded}' must have at most 2 wildcards` });
  }
}
