import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = new Date('2026-11-28T15:00:00Z');

test.each([
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-1', 0],
  ['0', 0],
  ['120', 120_000],
  ['999999999', 3_600_000],
  ['9'.repeat(400), undefined],
  ['Sat, 28 Nov 2026 15:00:30 GMT', 30_000],
  ['Sat, 28 Nov 2026 14:00:00 GMT', 0],
])('Retry-After: %s', (header, ms) => expect(retryAfterMs(header, NOW)).toBe(ms));
