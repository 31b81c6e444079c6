import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counter, durations } from './counters.ts';
import { exposition } from './exposition.ts';

test('a metric is written with its help, its type and its samples', () => {
  const text = exposition([
    {
      name: 'berth_x',
      help: 'Two\nlines.',
      type: 'gauge',
      samples: [
        { labels: {}, value: 1.5 },
        { labels: { a: 'b', c: 'd' }, value: Number.POSITIVE_INFINITY },
      ],
    },
  ]);

  expect(text).toBe('# HELP berth_x Two\\nlines.\n# TYPE berth_x gauge\nberth_x 1.5\nberth_x{a="b",c="d"} +Inf\n');
});

test('no value of a label leaves its quotes', () => {
  const values = fc.property(fc.string({ unit: 'binary' }), (value) => {
    const text = exposition([{ name: 'x', help: '', type: 'counter', samples: [{ labels: { a: value }, value: 1 }] }]);
    const [, , line = '', ...others] = text.split('\n');
    expect(others).toEqual(['']);
    const quoted = /^x\{a="((?:[^"\\]|\\.)*)"\} 1$/su.exec(line)?.[1] ?? '';
    expect(quoted.replaceAll(/\\(.)/g, (_, it: string) => (it === 'n' ? '\n' : it))).toBe(value);
  });
  fc.assert(values, { numRuns: 2_000 });
});

test('counts add up by labels, and beyond a thousand series under "other"', () => {
  const requests = counter({ name: 'x', help: '' });
  for (let i = 0; i < 1_200; i++) requests.add({ door: `${i}` });
  requests.add({ door: '0' }, 2);

  const { samples } = requests.family();

  expect(samples).toHaveLength(1_001);
  expect(samples[0]).toEqual({ labels: { door: '0' }, value: 3 });
  expect(samples.at(-1)).toEqual({ labels: { door: 'other' }, value: 200 });
});

test('durations are counted in every bucket that they fit in', () => {
  const taken = durations({ name: 'x', help: '' });
  for (const seconds of [0.005, 0.006, 3, 100]) taken.observe({ door: 'aws' }, seconds);

  const { samples } = taken.family();
  const upTo = (le: string) => samples.find((it) => it.labels['le'] === le)?.value;

  expect([upTo('0.005'), upTo('0.01'), upTo('2.5'), upTo('5'), upTo('60'), upTo('+Inf')]).toEqual([1, 2, 2, 3, 3, 4]);
  expect(samples.slice(-2)).toEqual([
    { labels: { door: 'aws' }, value: 103.011, suffix: '_sum' },
    { labels: { door: 'aws' }, value: 4, suffix: '_count' },
  ]);
});
