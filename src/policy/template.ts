import { ANY_ONE, ANY_RUN } from './glob.ts';
import { matchesPattern, type Pattern, patternOf } from './pattern.ts';
import type { Context } from './types.ts';

/** A string of a policy: text, wildcards, and variables that each request fills. */
export interface Template {
  readonly parts: readonly Part[];
  /** Names of the variables, as they are written. */
  readonly variables: readonly string[];
}

type Part = string | typeof ANY_RUN | typeof ANY_ONE | Variable;

interface Variable {
  /** In lower case. */
  readonly key: string;
  readonly orElse: string | undefined;
}

/** Whether text of a request is what a template says. */
export type Matcher = (text: string, context: Context) => boolean;

/**
 * Takes a string apart. Without `variables` (they came with version 2012-10-17) a `${` is text like any other. Undefined
 * when a `${` is not the start of a variable. IAM User Guide, "IAM policy elements: Variables and tags".
 */
export function parseTemplate(text: string, has: { readonly variables: boolean }): Template | undefined {
  const parts: Part[] = [];
  const variables: string[] = [];
  let plain = 0;
  const flush = (to: number) => {
    if (to > plain) parts.push(text.slice(plain, to));
  };
  for (let at = 0; at < text.length; ) {
    const character = text[at];
    if (character === '*' || character === '?') {
      flush(at);
      parts.push(character === '*' ? ANY_RUN : ANY_ONE);
      plain = ++at;
    } else if (has.variables && character === '$' && text[at + 1] === '{') {
      flush(at);
      const end = variableEnd(text, at);
      const variable = end === undefined ? undefined : readVariable(text.slice(at + 2, end - 1));
      if (end === undefined || variable === undefined) return undefined;
      if (typeof variable === 'string') parts.push(variable);
      else {
        parts.push({ key: variable.name.toLowerCase(), orElse: variable.orElse });
        variables.push(variable.name);
      }
      plain = at = end;
    } else {
      at++;
    }
  }
  flush(text.length);
  return { parts, variables };
}

/** Where the variable that begins at `start` ends: behind its brace. A default value may have braces in it. */
export function variableEnd(text: string, start: number): number | undefined {
  const brace = text.indexOf('}', start);
  const quote = text.indexOf("'", start);
  if (quote < 0 || brace < quote) return brace < 0 ? undefined : brace + 1;
  const end = text.indexOf('}', text.indexOf("'", quote + 1));
  return text.indexOf("'", quote + 1) < 0 || end < 0 ? undefined : end + 1;
}

function readVariable(inner: string): string | { name: string; orElse: string | undefined } | undefined {
  if (inner === '*' || inner === '?' || inner === '$') return inner;
  const comma = inner.indexOf(',');
  const name = (comma < 0 ? inner : inner.slice(0, comma)).trim();
  if (!name.includes(':') || /[{}$*?']/.test(name)) return undefined;
  if (comma < 0) return { name, orElse: undefined };
  const given = inner.slice(comma + 1).trim();
  if (given.length < 2 || given.indexOf("'", 1) !== given.length - 1 || given[0] !== "'") return undefined;
  return { name, orElse: given.slice(1, -1) };
}

/** Matches with wildcards. What a variable stands for is text: a `*` in it is a `*`. */
export function wildcardMatcher({ parts, variables }: Template): Matcher {
  if (variables.length === 0) {
    const fixed = fill(parts, NO_VALUES);
    return (text) => fixed !== undefined && matchesPattern(fixed, text);
  }
  return (text, context) => {
    const filled = fill(parts, context);
    return filled !== undefined && matchesPattern(filled, text);
  };
}

/** The text itself, in which `*` and `?` are characters; undefined where a variable has no value. */
export function textOf({ parts }: Template, context: Context): string | undefined {
  let text = '';
  for (const part of parts) {
    const piece =
      part === ANY_RUN
        ? '*'
        : part === ANY_ONE
          ? '?'
          : typeof part === 'string'
            ? part
            : valueOfVariable(part, context);
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

/** `textOf` of a template that has no variables; undefined when it has. */
export function fixedText(template: Template): string | undefined {
  return template.variables.length === 0 ? textOf(template, NO_VALUES) : undefined;
}

const NO_VALUES: Context = new Map();

/** The pattern with its variables filled in; undefined where one has no value. */
function fill(parts: readonly Part[], context: Context): Pattern | undefined {
  let pieces = [''];
  const runs = [pieces];
  for (const part of parts) {
    if (part === ANY_RUN) {
      pieces = [''];
      runs.push(pieces);
    } else if (part === ANY_ONE) {
      pieces.push('');
    } else {
      const text = typeof part === 'string' ? part : valueOfVariable(part, context);
      if (text === undefined) return undefined;
      pieces[pieces.length - 1] += text;
    }
  }
  return patternOf(runs);
}

/** A key with several values cannot be used as a variable: it has none then. */
function valueOfVariable({ key, orElse }: Variable, context: Context): string | undefined {
  const value = context.get(key);
  return typeof value === 'string' ? value : orElse;
}
