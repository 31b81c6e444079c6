import { expect, test } from 'vitest';
import { type Entry, slowTargets } from './slow-targets.ts';

/** Targets, and a clock in hand. */
function stage() {
  const slow = slowTargets();
  let now = 1_000_000;
  const enter = (place: string) => slow.enter(place, new Date(now));
  return {
    pass: (ms: number) => {
      now += ms;
    },
    enter,
    enterAll: (place: string, times: number) => Array.from({ length: times }, () => enter(place)),
    leave: (entry: Entry | undefined) => {
      if (entry && 'leave' in entry) entry.leave(new Date(now));
    },
  };
}

const went = (entries: readonly Entry[]) => entries.filter((it) => 'leave' in it).length;
const waits = (entries: readonly Entry[]) => entries.flatMap((it) => ('waitMs' in it ? [it.waitMs] : []));

test('a quick target has sixteen events at once, and the next when one has come back', () => {
  const { enterAll, enter, leave } = stage();
  const all = enterAll('quick', 20);

  expect(went(all)).toBe(16);
  expect(waits(all)).toEqual([250, 250, 250, 250]);
  leave(all[0]);
  expect('leave' in enter('quick')).toBe(true);
  expect('leave' in enter('quick')).toBe(false);
});

test('a target that took long has two at once, and does not hold up another', () => {
  const { enterAll, pass, leave, enter } = stage();
  const all = enterAll('slow', 16);
  pass(10_000);
  for (const it of all) leave(it);

  expect(went(enterAll('slow', 10))).toBe(2);
  expect(went(enterAll('other', 10))).toBe(10);
  expect('leave' in enter('slow')).toBe(false);
});

test('a target that has not come back for long is slow already', () => {
  const { enterAll, pass } = stage();
  enterAll('slow', 1);
  pass(2_000);

  expect(went(enterAll('slow', 10))).toBe(1);
});

test('those that give way to a slow target wait for their turns, and never longer than a minute', () => {
  const { enterAll, pass, leave } = stage();
  for (const it of enterAll('slow', 2)) {
    pass(10_000);
    leave(it);
  }
  const told = waits(enterAll('slow', 22));

  expect(told.slice(0, 4)).toEqual([10_000, 20_000, 30_000, 40_000]);
  expect(Math.max(...told)).toBe(60_000);
});

test('a target is quick again when it was', () => {
  const { enterAll, pass, leave, enter } = stage();
  const first = enter('place');
  pass(5_000);
  leave(first);
  leave(enter('place'));

  expect(went(enterAll('place', 16))).toBe(16);
});
