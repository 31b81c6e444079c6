import type { Json } from '../../values/event.ts';

/** A template cut at its variables; what stands in a JSON text of its own is filled in without quotes. */
export interface Template {
  readonly parts: readonly Part[];
}

type Part = string | { readonly name: string; readonly isInText: boolean };

const VARIABLE = /<([A-Za-z0-9_.-]+)>/y;

/** Variables that EventBridge gives itself. */
export const RESERVED = new Set([
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
]);

/** Finds the variables of an InputTemplate, and which of them stand inside of a JSON text. */
export function parseTemplate(text: string): Template {
  const parts: Part[] = [];
  let literal = '';
  let isInText = false;
  for (let at = 0; at < text.length; ) {
    VARIABLE.lastIndex = at;
    const name = VARIABLE.exec(text)?.[1];
    if (name !== undefined) {
      parts.push(literal, { name, isInText });
      literal = '';
      at = VARIABLE.lastIndex;
      continue;
    }
    const isEscape = isInText && text[at] === '\\';
    if (text[at] === '"') isInText = !isInText;
    literal += text.slice(at, at + (isEscape ? 2 : 1));
    at += isEscape ? 2 : 1;
  }
  return { parts: [...parts, literal] };
}

export function variablesOf({ parts }: Template): string[] {
  return parts.flatMap((it) => (typeof it === 'string' ? [] : [it.name]));
}

/** Fills the variables in: JSON by itself, and inside of a text what that text would hold. */
export function fillTemplate({ parts }: Template, fill: (name: string) => Json | undefined): string {
  const filled = parts.map((it) => {
    if (typeof it === 'string') return it;
    // A path that leads nowhere leaves an empty text: the rest of the template stays JSON.
    const found = fill(it.name);
    const value = found === undefined ? '' : found;
    if (!it.isInText) return JSON.stringify(value);
    return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
  });
  return filled.join('');
}

/** Whether the filled template is JSON; or texts, one on each line. */
export function isJsonOrTexts(text: string): boolean {
  if (isJson(text)) return true;
  const lines = text.split('\n').filter((it) => it.trim() !== '');
  return lines.length > 0 && lines.every((it) => it.trim().startsWith('"') && isJson(it));
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
