import { matchesWildcard } from '../values/tag-mutability.ts';

/** Which repositories a profile signs for; all of them where there are no filters. */
export interface SigningRule {
  readonly signingProfileArn: string;
  /** Wildcards of whole names: `*` is any run of characters. */
  readonly repositoryFilters?: readonly { readonly filter: string; readonly filterType: 'WILDCARD_MATCH' }[];
}

/** The profiles that sign what is pushed to a repository, each once, in the order of the rules. */
export function profilesFor(rules: readonly SigningRule[], repositoryName: string): readonly string[] {
  const matching = rules.filter(
    ({ repositoryFilters }) =>
      repositoryFilters === undefined || repositoryFilters.some((it) => matchesWildcard(it.filter, repositoryName)),
  );
  return [...new Set(matching.map((it) => it.signingProfileArn))];
}
