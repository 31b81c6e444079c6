import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bucket, takeToken } from './bucket.ts';

/** How many of the calls at these times pass. */
function passing(rate: number, times: readonly number[]): number[] {
  let bucket: Bucket | undefined;
  return times.filter((now) => {
    const taken = takeToken(bucket, rate, now);
    bucket = taken.bucket;
    return taken.waitMs === 0;
  });
}

const rates = fc.integer({ min: 1, max: 50 });
const times = fc
  .array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 400 })
  .map((them) => them.toSorted((a, b) => a - b));

test('in no stretch of time do more pass than were there at its beginning and came back in it', () => {
  const holds = fc.property(rates, times, (rate, given) => {
    const passed = passing(rate, given);
    for (const [first, from] of passed.entries()) {
      for (const [last, until] of passed.entries()) {
        if (last < first) continue;
        expect(last - first + 1).toBeLessThanOrEqual(rate + ((until - from) * rate) / 1_000 + 1e-6);
      }
    }
  });
  fc.assert(holds, { numRuns: 100 });
});

test('who waits as long as he is told passes, and a millisecond before he does not', () => {
  const holds = fc.property(rates, fc.integer({ min: 0, max: 1_000 }), (rate, start) => {
    let { bucket } = takeToken(undefined, rate, start);
    for (let i = 1; i < rate; i++) ({ bucket } = takeToken(bucket, rate, start));
    const { bucket: empty, waitMs } = takeToken(bucket, rate, start);

    expect(waitMs).toBeGreaterThan(0);
    expect(takeToken(empty, rate, start + waitMs).waitMs).toBe(0);
    expect(takeToken(empty, rate, start + waitMs - 1).waitMs).toBeGreaterThan(0);
  });
  fc.assert(holds);
});

test('who keeps to the rate always passes', () => {
  const holds = fc.property(rates, (rate) => {
    const given = Array.from({ length: 200 }, (_, i) => i * Math.ceil(1_000 / rate));
    expect(passing(rate, given)).toEqual(given);
  });
  fc.assert(holds);
});

test('a clock that is put back gives nothing, and takes nothing away', () => {
  const { bucket } = takeToken(undefined, 2, 10_000);

  expect(takeToken(bucket, 2, 0)).toEqual({ bucket: { tokens: 0, at: 0 }, waitMs: 0 });
});
