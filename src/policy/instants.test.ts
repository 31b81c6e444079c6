import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantOf } from './instants.ts';

test.each([
  ['2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1)],
  ['2026-01-01T00:00Z', Date.UTC(2026, 0, 1)],
  ['2026-01-01', Date.UTC(2026, 0, 1)],
  ['2026-01', Date.UTC(2026, 0, 1)],
  ['2026-01-01T02:00:00+02:00', Date.UTC(2026, 0, 1)],
  ['2025-12-31T19:30:00-0430', Date.UTC(2026, 0, 1)],
  ['2026-01-01T00:00:00.250Z', Date.UTC(2026, 0, 1) + 250],
  ['2026-01-01T00:00:00', Date.UTC(2026, 0, 1)],
  ['1767225600', Date.UTC(2026, 0, 1)],
  ['1767225600.5', Date.UTC(2026, 0, 1) + 500],
  ['0', 0],
  ['2026', 2_026_000],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
])('%s is an instant', (text, expected) => {
  expect(instantOf(text)).toBe(expected);
});

test.each([
  '2026-02-29',
  '2026-13-01',
  '2026-01-32',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60Z',
  'now',
  '',
  ' 0',
  '1e3',
  '2026-01-01T00:00:00+25:00',
])('%s is none', (text) => {
  expect(instantOf(text)).toBeUndefined();
});

test('it reads what the runtime writes', () => {
  const dates = fc.date({
    min: new Date('0100-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      expect(instantOf(date.toISOString())).toBeCloseTo(date.getTime(), 3);
    }),
    { numRuns: 2_000 },
  );
});
