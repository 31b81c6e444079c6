import type { Json } from '../values/event.ts';
import { EVENT_LIMITS } from './limits.ts';
import { nestingOf } from './nesting-of.ts';

type JsonObject = Readonly<Record<string, Json>>;

/** A JSON object that is not nested beyond reason; undefined of any other text. */
export function parseEventJson(text: string): JsonObject | undefined {
  if (nestingOf(text) > EVENT_LIMITS.nesting) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
