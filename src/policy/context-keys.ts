import type { CompiledPolicy, Context } from './types.ts';

/**
 * The condition keys that the documents look at, variables included, as they are written where they come first: what
 * GetContextKeysForCustomPolicy and GetContextKeysForPrincipalPolicy list.
 */
export function contextKeysOf(policies: Iterable<CompiledPolicy>): string[] {
  return distinctKeys([...policies].flatMap((it) => it.statements.flatMap((statement) => statement.contextKeys)));
}

/** Those of `keys` that a request does not have. */
export function missingKeys(keys: readonly string[], context: Context): string[] {
  return distinctKeys(keys).filter((it) => !context.has(it.toLowerCase()));
}

/** Each key once, as it is written where it comes first: names of keys have no case. */
export function distinctKeys(keys: readonly string[]): string[] {
  const first = new Map<string, string>();
  for (const key of keys) first.getOrInsert(key.toLowerCase(), key);
  return [...first.values()];
}
