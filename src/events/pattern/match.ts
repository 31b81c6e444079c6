import { isIn, type Network, parseAddress } from '../../policy/addresses.ts';
import type { Json } from '../../values/event.ts';
import { matchesWildcardText, type WildcardText } from '../../values/wildcard-text.ts';

/** An event pattern, read. All of its fields must match, and one of each of its alternatives. */
export interface EventPattern {
  readonly fields: readonly Field[];
  readonly alternatives: readonly (readonly EventPattern[])[];
}

type Field = { readonly name: string } & (
  | { readonly inside: EventPattern }
  | { readonly matchers: readonly Matcher[]; readonly path: readonly string[] }
);

/** What a value may be. */
export type Matcher =
  | { readonly kind: 'equals'; readonly value: string | number | boolean | null }
  | { readonly kind: 'equals-ignore-case'; readonly text: string }
  | { readonly kind: 'prefix' | 'suffix'; readonly text: string; readonly ignoresCase: boolean }
  | { readonly kind: 'wildcard'; readonly wildcard: WildcardText }
  | { readonly kind: 'numeric'; readonly above?: Bound; readonly below?: Bound }
  | { readonly kind: 'cidr'; readonly network: Network }
  | { readonly kind: 'anything-but'; readonly these: readonly Matcher[] }
  | { readonly kind: 'exists'; readonly isThere: boolean };

interface Bound {
  readonly value: number;
  readonly isIncluded: boolean;
}

/**
 * Whether the pattern matches the event. Arrays in an event match by any of their elements; fields below one array of
 * objects must be those of one element. EventBridge User Guide, "Event patterns"; the reference is AWS's Event Ruler.
 */
export function matchesPattern(pattern: EventPattern, event: Json): boolean {
  const absences = new Map<readonly string[], boolean>();
  return matchesObject(pattern, event, (path) => absences.getOrInsertComputed(path, () => !hasLeaf(event, path)));
}

/** Whether the whole event has nothing at this path: it is absent from all elements of an array or from none. */
type IsAbsent = (path: readonly string[]) => boolean;

/** Case as patterns forget it. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}

function matchesObject(pattern: EventPattern, value: Json | undefined, isAbsent: IsAbsent): boolean {
  const objects = [...elementsOf(value)].filter(isObject);
  // Where there is none, what must not exist does not.
  const candidates = objects.length === 0 ? [undefined] : objects;
  return candidates.some(
    (it) =>
      pattern.fields.every((field) => matchesField(field, it && memberOf(it, field.name), isAbsent)) &&
      pattern.alternatives.every((alternatives) => alternatives.some((one) => matchesObject(one, it, isAbsent))),
  );
}

function matchesField(field: Field, value: Json | undefined, isAbsent: IsAbsent): boolean {
  if ('inside' in field) return matchesObject(field.inside, value, isAbsent);
  const leaves = [...elementsOf(value)].filter((it) => !isObject(it));
  return field.matchers.some((matcher) => {
    if (matcher.kind !== 'exists') return leaves.some((leaf) => matchesValue(matcher, leaf));
    return matcher.isThere ? leaves.length > 0 : isAbsent(field.path);
  });
}

function matchesValue(matcher: Matcher, value: Json): boolean {
  switch (matcher.kind) {
    case 'equals':
      return value === matcher.value;
    case 'numeric':
      return typeof value === 'number' && isWithin(matcher, value);
    case 'anything-but':
      return !matcher.these.some((it) => matchesValue(it, value));
    case 'exists':
      return matcher.isThere;
    default:
      return typeof value === 'string' && matchesText(matcher, value);
  }
}

function matchesText(
  matcher: Exclude<Matcher, { kind: 'equals' | 'numeric' | 'anything-but' | 'exists' }>,
  value: string,
): boolean {
  switch (matcher.kind) {
    case 'equals-ignore-case':
      return foldCase(value) === matcher.text;
    case 'prefix':
      return (matcher.ignoresCase ? foldCase(value) : value).startsWith(matcher.text);
    case 'suffix':
      return (matcher.ignoresCase ? foldCase(value) : value).endsWith(matcher.text);
    case 'wildcard':
      return matchesWildcardText(matcher.wildcard, value);
    case 'cidr': {
      const address = parseAddress(value);
      return address !== undefined && isIn(address, matcher.network);
    }
  }
}

function isWithin({ above, below }: { readonly above?: Bound; readonly below?: Bound }, value: number): boolean {
  if (above && !(value > above.value || (above.isIncluded && value === above.value))) return false;
  return !below || value < below.value || (below.isIncluded && value === below.value);
}

function hasLeaf(value: Json | undefined, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  for (const it of elementsOf(value)) {
    if (name === undefined ? !isObject(it) : isObject(it) && hasLeaf(memberOf(it, name), rest)) return true;
  }
  return false;
}

/** The value itself, or what is in an array and in arrays of arrays, without going down the stack. */
function* elementsOf(value: Json | undefined): Generator<Json> {
  if (value === undefined) return;
  if (!isArray(value)) {
    yield value;
    return;
  }
  const open = [value.values()];
  for (let inner = open.at(-1); inner; inner = open.at(-1)) {
    const next = inner.next();
    if (next.done) open.pop();
    else if (isArray(next.value)) open.push(next.value.values());
    else yield next.value;
  }
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [member: string]: Json } {
  return typeof value === 'object' && value !== null && !isArray(value);
}

function memberOf(value: { readonly [member: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
