/** What a filter looks at: one line of usage, by its dimensions and the tags of what used it. */
export interface CostItem {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly tags: ReadonlyMap<string, string>;
}

/** API_Expression: exactly one member is there. */
export interface CostFilter {
  readonly Or?: readonly CostFilter[];
  readonly And?: readonly CostFilter[];
  readonly Not?: CostFilter;
  readonly Dimensions?: CostValues;
  readonly Tags?: CostValues;
}

export interface CostValues {
  readonly Key?: string;
  readonly Values?: readonly string[];
  readonly MatchOptions?: readonly string[];
}

/** Whether the item passes the filter. */
export function matchesFilter(item: CostItem, filter: CostFilter): boolean {
  if (filter.Or) return filter.Or.some((it) => matchesFilter(item, it));
  if (filter.And) return filter.And.every((it) => matchesFilter(item, it));
  if (filter.Not) return !matchesFilter(item, filter.Not);
  if (filter.Dimensions) return matchesValues(item.dimensions[filter.Dimensions.Key ?? ''], filter.Dimensions);
  if (filter.Tags) return matchesValues(item.tags.get(filter.Tags.Key ?? ''), filter.Tags);
  return true;
}

/** What there is none of matches `ABSENT` alone, and an empty value. */
function matchesValues(value: string | undefined, { Values = [], MatchOptions = [] }: CostValues): boolean {
  if (MatchOptions.includes('ABSENT')) return value === undefined;
  const fold = (it: string) => (MatchOptions.includes('CASE_INSENSITIVE') ? it.toLowerCase() : it);
  const is = fold(value ?? '');
  return Values.map(fold).some((wanted) => {
    if (MatchOptions.includes('STARTS_WITH')) return is.startsWith(wanted);
    if (MatchOptions.includes('ENDS_WITH')) return is.endsWith(wanted);
    if (MatchOptions.includes('CONTAINS')) return is.includes(wanted);
    return is === wanted;
  });
}
