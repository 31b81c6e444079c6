/**
 * Patterns of the models that an engine with backtracking can be kept busy with for hours, and another way to write the
 * same language in which each character can be matched in one way only; and one that takes a hyphen between a class and a
 * character for itself, which this engine does not.
 */
const REWRITTEN: ReadonlyMap<string, string> = new Map([
  ['^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$', '[a-z0-9*]+(?:[._\\-/][a-z0-9*]+)*'],
  ['^(?! )[\\p{L}\\p{N}\\p{Z}-_]*(?<! )$', '(?! )[\\p{L}\\p{N}\\p{Z}\\-_]*(?<! )'],
]);

/**
 * Compiles a pattern of an API model. It must match the whole string, as the services do it. Only the models' own
 * patterns may come here, never a caller's: the tests know that none of those can be made slow.
 */
export function compilePattern(pattern: string): RegExp {
  const whole = `^(?:${REWRITTEN.get(pattern) ?? pattern})$`;
  try {
    return new RegExp(whole, 'u'); // Needed for \p{L}, and for a dot to be one code point.
  } catch {
    return new RegExp(whole); // The models also escape characters that may not be escaped under the u flag.
  }
}
