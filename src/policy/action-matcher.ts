import type { Listed } from './parsed-policy.ts';
import { matchesPattern, type Pattern, patternOf } from './pattern.ts';
import type { CompiledStatement } from './types.ts';

/** Which actions of a service are listed: by name, by pattern, or all. */
interface OfService {
  readonly names: Set<string>;
  readonly patterns: Pattern[];
}

/** Matches without case. Services are literal, so a request looks only at the patterns of its own. */
export function actionMatcher({ isNot, values }: Listed<string>): {
  readonly actions: CompiledStatement['matchesAction'];
  /** The services it may be about; undefined: any. */
  readonly services: ReadonlySet<string> | undefined;
} {
  const listed = new Map<string, OfService>();
  for (const value of values) {
    const [service = '', name] = value.toLowerCase().split(':');
    if (name === undefined) continue;
    const of = listed.getOrInsertComputed(service, () => ({ names: new Set(), patterns: [] }));
    if (/[*?]/.test(name)) of.patterns.push(patternOf(name.split('*').map((run) => run.split('?'))));
    else of.names.add(name);
  }
  const isAll = values.includes('*');
  const isListed = (service: string, operation: string) => {
    if (isAll) return true;
    const of = listed.get(service);
    return of !== undefined && (of.names.has(operation) || of.patterns.some((it) => matchesPattern(it, operation)));
  };
  return {
    actions: ({ service, operation }) => isListed(service, operation) !== isNot,
    services: isAll || isNot ? undefined : new Set(listed.keys()),
  };
}
