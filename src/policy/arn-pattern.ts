import { type Matcher, parseTemplate, variableEnd, wildcardMatcher } from './template.ts';
import type { ArnParts, Context } from './types.ts';

/** The six parts of an ARN; the last keeps its colons. Undefined of other text. */
export function splitArn(text: string): ArnParts | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const partition = 4;
  const service = text.indexOf(':', partition) + 1;
  const region = service && text.indexOf(':', service) + 1;
  const account = region && text.indexOf(':', region) + 1;
  const resource = account && text.indexOf(':', account) + 1;
  if (resource === 0) return undefined;
  return [
    'arn',
    text.slice(partition, service - 1),
    text.slice(service, region - 1),
    text.slice(region, account - 1),
    text.slice(account, resource - 1),
    text.slice(resource),
  ];
}

/** Splits at the first five colons, those inside variables apart. */
export function splitParts(text: string, has: { readonly variables: boolean }): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length && parts.length < 5; at++) {
    if (text[at] === ':') {
      parts.push(text.slice(start, at));
      start = at + 1;
    } else if (has.variables && text[at] === '$' && text[at + 1] === '{') {
      at = (variableEnd(text, at) ?? at + 1) - 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** The parts of a pattern. One that ends early in a `*` has `*` for what is missing: `arn:aws:s3:*`. */
export function patternParts(pattern: string, has: { readonly variables: boolean }): string[] | undefined {
  const parts = splitParts(pattern, has);
  if (parts.length === 6) return parts;
  if (parts.length < 4 || !pattern.endsWith('*')) return undefined;
  return [...parts, '*', '*'].slice(0, 6);
}

export type ArnMatcher = (arn: ArnParts | undefined, context: Context) => boolean;

/**
 * Matches part by part, so that no wildcard reaches over a colon but in the last part. Undefined stands for what is not
 * an ARN, such as the resource `*` of actions that have none: only the pattern `*` matches it.
 */
export function arnMatcher(pattern: string, has: { readonly variables: boolean }): ArnMatcher {
  if (pattern === '*') return () => true;
  const parts = patternParts(pattern, has);
  if (!parts) return () => false;
  const matchers: Matcher[] = [];
  for (const part of parts) {
    const template = parseTemplate(part, has);
    if (!template) return () => false;
    matchers.push(wildcardMatcher(template));
  }
  // The last part tells most apart, so it is looked at first.
  return (arn, context) => {
    if (arn === undefined) return false;
    for (let i = 5; i >= 0; i--) if (!matchers[i]?.(arn[i] ?? '', context)) return false;
    return true;
  };
}
