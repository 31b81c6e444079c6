import { expect, test } from 'vitest';
import { LazyContext } from './lazy-context.ts';

test('it is made once, when somebody looks', () => {
  let made = 0;
  const context = new LazyContext(() => {
    made += 1;
    return new Map([['aws:userid', 'AIDA']]);
  });
  expect(made).toBe(0);
  expect([context.get('aws:userid'), context.has('aws:userid'), context.has('aws:username')]).toEqual([
    'AIDA',
    true,
    false,
  ]);
  expect([...context]).toEqual([['aws:userid', 'AIDA']]);
  expect(made).toBe(1);
});
