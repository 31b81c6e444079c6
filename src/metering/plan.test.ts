import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, alignedTo, floorTo, type Level, next, type Stretch, stretchOf, type Unit, unitsOf } from './plan.ts';

const START = Date.UTC(2026, 10, 28, 14, 25, 7, 3);
const HOUR = 3_600_000;
const UNITS: readonly Unit[] = ['hour', 'day', 'month'];

const time = fc.integer({ min: START, max: START + 900 * 24 * HOUR });
const stretch = fc.tuple(time, time, fc.integer({ min: 1, max: 2 ** 52 })).map(([a, b, bytes]) => {
  const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
  return { from, to, bytes };
});

function sumOf(stretches: Iterable<Stretch>): bigint {
  return [...stretches].reduce((sum, it) => sum + it.byteMs, 0n);
}

test('what is aligned is in whole units, three rows at most, and not a byte more or less', () => {
  const kept = fc.property(stretch, fc.constantFrom(...UNITS), (held, unit) => {
    const whole = stretchOf(held);
    if (!whole) throw new Error('It has a length.');
    const pieces = alignedTo(unit, whole);
    expect(sumOf(pieces)).toBe(whole.byteMs);
    expect(pieces.length).toBeLessThanOrEqual(3);
    for (const { startsAt, endsAt } of pieces) {
      expect([floorTo(unit, startsAt), floorTo(unit, endsAt)]).toEqual([startsAt, endsAt]);
    }
  });
  fc.assert(kept, { numRuns: 2_000 });
});

test('each hour has what the level came to in it, however it is rolled up', () => {
  const even = fc.property(stretch, ({ from, bytes }) => {
    const to = from + 60 * HOUR;
    const whole = stretchOf({ from, to, bytes });
    if (!whole) throw new Error('It has a length.');
    const hours = alignedTo('hour', whole).flatMap((it) => [...unitsOf('hour', it, { from, to })]);
    for (const { startsAt, endsAt, byteMs } of hours) {
      const shared = Math.min(endsAt, to) - Math.max(startsAt, from);
      expect(byteMs).toBe(BigInt(bytes) * BigInt(shared));
    }
    expect(sumOf(hours)).toBe(whole.byteMs);

    const days = alignedTo('hour', whole).flatMap((it) => alignedTo('day', it));
    expect(sumOf(days)).toBe(whole.byteMs);
    expect(sumOf(days.flatMap((it) => alignedTo('month', it)))).toBe(whole.byteMs);
  });
  fc.assert(even, { numRuns: 300 });
});

test('a part of the time has its own units alone', () => {
  const whole = stretchOf({ from: START, to: START + 10 * HOUR, bytes: 7 });
  if (!whole) throw new Error('It has a length.');
  const from = next('hour', floorTo('hour', START)) + HOUR;
  const units = alignedTo('hour', whole).flatMap((it) => [...unitsOf('hour', it, { from, to: from + 2 * HOUR })]);
  expect(units).toEqual([
    { startsAt: from, endsAt: from + HOUR, byteMs: BigInt(7 * HOUR) },
    { startsAt: from + HOUR, endsAt: from + 2 * HOUR, byteMs: BigInt(7 * HOUR) },
  ]);
});

test('changes come to the same in any order, also those that are told late', () => {
  const change = fc.record({ at: time, delta: fc.integer({ min: -1_000, max: 1_000 }) });
  const anyOrder = fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
    const end = START + 1_000 * 24 * HOUR;
    let level: Level = { bytes: 0, since: changes[0]?.at ?? 0 };
    let counted = 0n;
    for (const it of changes) {
      const after = advance(level, it);
      level = after.level;
      counted += after.counted?.byteMs ?? 0n;
    }
    counted += stretchOf({ from: level.since, to: end, bytes: level.bytes })?.byteMs ?? 0n;
    expect(counted).toBe(changes.reduce((sum, it) => sum + BigInt(it.delta) * BigInt(end - it.at), 0n));
  });
  fc.assert(anyOrder, { numRuns: 1_000 });
});
