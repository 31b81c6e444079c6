import { expect, test } from 'vitest';
import { endOfValidity, isValidity } from './validity.ts';

test.each([
  ['2026-01-31T10:00:00Z', 1, 'MONTHS', '2026-02-28T10:00:00Z'],
  ['2028-02-29T10:00:00Z', 1, 'YEARS', '2029-02-28T10:00:00Z'],
  ['2026-11-28T23:59:59Z', 135, 'MONTHS', '2038-02-28T23:59:59Z'],
  ['2026-12-31T00:00:00Z', 1, 'DAYS', '2027-01-01T00:00:00Z'],
] as const)('from %s for %i %s is until %s', (from, value, type, until) => {
  expect(endOfValidity(new Date(from), { value, type })).toEqual(new Date(until));
});

test.each([
  [0, 'DAYS', false],
  [1, 'DAYS', true],
  [-1, 'MONTHS', false],
  [135, 'MONTHS', true],
  [136, 'MONTHS', false],
  [11, 'YEARS', true],
  [12, 'YEARS', false],
  [4_106, 'DAYS', true],
  [4_107, 'DAYS', false],
  [1.5, 'YEARS', false],
] as const)('%d %s: %s', (value, type, isOne) => {
  expect(isValidity({ value, type })).toBe(isOne);
});
