import { compilePattern } from './compile-pattern.ts';
import { parseEventJson } from './parse-event-json.ts';
import { matchesPattern } from './pattern/match.ts';
import { Invalid } from './refusals.ts';

const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'] as const;

/** Whether the pattern matches the event, which must have all that events have. @throws InvalidEventPattern, Invalid */
export function testEventPattern({ pattern, event }: { readonly pattern: string; readonly event: string }): boolean {
  const compiled = compilePattern(pattern);
  const json = parseEventJson(event);
  if (!json) throw Invalid({ what: 'Parameter Event is not valid. Reason: It is not a JSON object.' });
  const missing = REQUIRED.filter((it) => !Object.hasOwn(json, it));
  if (missing.length > 0) {
    throw Invalid({ what: `Parameter Event is not valid. Reason: It has no ${missing.join(', ')}.` });
  }
  return matchesPattern(compiled, json);
}
