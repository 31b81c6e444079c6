import { expect, test } from 'vitest';
import { EVENT_LIMITS } from './limits.ts';
import { parseEventJson } from './parse-event-json.ts';

const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

test.each(['', '{', '[]', '1', 'null', '"{}"'])('%s is no event', (text) => {
  expect(parseEventJson(text)).toBeUndefined();
});

test('it may be nested as deep as the limit and no deeper; what stands in texts does not count', () => {
  expect(parseEventJson(nested(EVENT_LIMITS.nesting))).toBeDefined();
  expect(parseEventJson(nested(EVENT_LIMITS.nesting + 1))).toBeUndefined();
  expect(parseEventJson(nested(100_000))).toBeUndefined();
  const text = `{"a":"\\"${'['.repeat(1_000)}"}`;
  expect(parseEventJson(text)).toEqual({ a: `"${'['.repeat(1_000)}` });
});
