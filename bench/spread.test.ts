import { describe, expect, test } from 'vitest';
import { percentile, spreadOf } from './spread.ts';

describe('the spread of measurements', () => {
  test('is the middle one, the least and the greatest', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, least: 10, greatest: 30, rounds: 3 });
  });

  test('takes the mean of the two in the middle when their number is even', () => {
    expect(spreadOf([4, 1, 2, 100]).median).toBe(3);
  });

  test('of one measurement is that one', () => {
    expect(spreadOf([7])).toEqual({ median: 7, least: 7, greatest: 7, rounds: 1 });
  });

  test('of nothing is an error and not a figure', () => {
    expect(() => spreadOf([])).toThrow('Nothing was measured.');
  });
});

test('a percentile is a value that was measured, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  expect([0, 1, 50, 99, 100].map((it) => percentile(hundred, it))).toEqual([1, 1, 50, 99, 100]);
  expect(percentile([1, 2, 3], 99)).toBe(3);
});
