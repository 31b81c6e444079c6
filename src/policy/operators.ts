import {
  type Compare,
  inNetwork,
  likeArn,
  likeText,
  numberOf,
  ordered,
  sameBytes,
  sameText,
  sameTextWithoutCase,
  sameTruth,
} from './comparisons.ts';
import { instantOf } from './instants.ts';
import type { Context } from './types.ts';

/** How an operator asks. */
export interface Operator {
  readonly compare: Compare;
  /** True where none of the values may match. */
  readonly isNegated: boolean;
  /** Whether `${...}` in its values is a variable. */
  readonly takesVariables: boolean;
  readonly quantifier: 'all' | 'any' | undefined;
  readonly isIfExists: boolean;
}

interface Kind {
  readonly compare: Compare;
  readonly isNegated?: true;
  readonly takesVariables?: true;
}

const same = (value: number, than: number) => value === than;
const less = (value: number, than: number) => value < than;
const lessOrSame = (value: number, than: number) => value <= than;
const greater = (value: number, than: number) => value > than;
const greaterOrSame = (value: number, than: number) => value >= than;

/** IAM User Guide, "IAM JSON policy elements: Condition operators". */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['StringEquals', { compare: sameText, takesVariables: true }],
  ['StringNotEquals', { compare: sameText, takesVariables: true, isNegated: true }],
  ['StringEqualsIgnoreCase', { compare: sameTextWithoutCase, takesVariables: true }],
  ['StringNotEqualsIgnoreCase', { compare: sameTextWithoutCase, takesVariables: true, isNegated: true }],
  ['StringLike', { compare: likeText, takesVariables: true }],
  ['StringNotLike', { compare: likeText, takesVariables: true, isNegated: true }],
  ...orderedKinds('Numeric', numberOf),
  ...orderedKinds('Date', instantOf),
  ['Bool', { compare: sameTruth, takesVariables: true }],
  ['BinaryEquals', { compare: sameBytes }],
  ['IpAddress', { compare: inNetwork }],
  ['NotIpAddress', { compare: inNetwork, isNegated: true }],
  ['ArnEquals', { compare: likeArn, takesVariables: true }],
  ['ArnNotEquals', { compare: likeArn, takesVariables: true, isNegated: true }],
  ['ArnLike', { compare: likeArn, takesVariables: true }],
  ['ArnNotLike', { compare: likeArn, takesVariables: true, isNegated: true }],
]);

function orderedKinds(name: string, read: (text: string) => number | undefined): [string, Kind][] {
  return [
    [`${name}Equals`, { compare: ordered(read, same) }],
    [`${name}NotEquals`, { compare: ordered(read, same), isNegated: true }],
    [`${name}LessThan`, { compare: ordered(read, less) }],
    [`${name}LessThanEquals`, { compare: ordered(read, lessOrSame) }],
    [`${name}GreaterThan`, { compare: ordered(read, greater) }],
    [`${name}GreaterThanEquals`, { compare: ordered(read, greaterOrSame) }],
  ];
}

/** What an operator's name says; undefined when there is none of that name. `Null` is no comparison: see `isNull`. */
export function findOperator(name: string): Operator | undefined {
  const [, prefix, base = '', ifExists] = /^(ForAllValues:|ForAnyValue:)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const kind = KINDS.get(base);
  return (
    kind && {
      compare: kind.compare,
      isNegated: kind.isNegated ?? false,
      takesVariables: kind.takesVariables ?? false,
      quantifier: prefix === undefined ? undefined : prefix === 'ForAllValues:' ? 'all' : 'any',
      isIfExists: ifExists !== undefined,
    }
  );
}

/** Whether a condition holds. A key that has an empty list of values is a missing key. */
export type Condition = (context: Context) => boolean;

/** The condition `operator` makes of a key and the values that a policy gives. */
export function conditionOf(
  { compare, isNegated, quantifier, isIfExists }: Operator,
  key: string,
  { values, hasVariables }: { readonly values: readonly string[]; readonly hasVariables: boolean },
): Condition {
  const comparisons = values.map((it) => compare(it, { variables: hasVariables }));
  const whenMissing = isIfExists || quantifier === 'all' || (isNegated && quantifier === undefined);
  return (context) => {
    const given = valuesOf(context, key);
    if (given.length === 0) return whenMissing;
    const matches = (value: string) => comparisons.some((it) => it(value, context));
    if (quantifier === 'all') return given.every((it) => matches(it) !== isNegated);
    if (quantifier === 'any') return given.some((it) => matches(it) !== isNegated);
    return given.some(matches) !== isNegated;
  };
}

/** `Null`: whether the key must be missing, or must be there. Of several values one must hold. */
export function isNull(key: string, values: readonly string[]): Condition {
  const wanted = new Set(values.map((it) => it.toLowerCase() === 'true'));
  return (context) => wanted.has(valuesOf(context, key).length === 0);
}

function valuesOf(context: Context, key: string): readonly string[] {
  const value = context.get(key);
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
