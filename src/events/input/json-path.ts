import type { Json } from '../../values/event.ts';

export interface JsonPath {
  readonly steps: readonly { readonly name?: string; readonly index?: number | 'all' }[];
}

const STEP = /\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\[(\d{1,6})\]|\[(\*)\]/y;

/**
 * Reads the part of JSONPath that EventBridge takes: `$`, `.member`, `['member']`, `[0]` and `[*]`. Undefined for any
 * other text.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: JsonPath['steps'][number][] = [];
  for (let at = 1; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const [, member, quoted, index, all] = STEP.exec(text) ?? [];
    const name = member ?? quoted;
    if (name !== undefined) steps.push({ name });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (all !== undefined) steps.push({ index: 'all' });
    else return undefined;
  }
  return { steps };
}

/** What stands at the path; undefined for nothing. Behind `[*]` it is a list. */
export function valueAt({ steps }: JsonPath, value: Json): Json | undefined {
  let found: readonly Json[] = [value];
  let isList = false;
  for (const { name, index } of steps) {
    if (index === 'all') isList = true;
    found = found.flatMap((it): readonly Json[] => {
      if (name !== undefined) return memberOf(it, name);
      if (!Array.isArray(it)) return [];
      return index === 'all' ? it : it.slice(index, (index ?? 0) + 1);
    });
  }
  return isList && found.length > 0 ? found : found[0];
}

function memberOf(value: Json, name: string): readonly Json[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const members = value as { readonly [member: string]: Json };
  const member = Object.hasOwn(members, name) ? members[name] : undefined;
  return member === undefined ? [] : [member];
}
