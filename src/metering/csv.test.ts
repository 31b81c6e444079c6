import { expect, test } from 'vitest';
import { csv } from './csv.ts';

test('cells with commas, quotes and ends of lines are quoted', () => {
  expect(csv([{ a: 'plain', b: 'a, "b"\nc' }])).toBe('a,b\nplain,"a, ""b""\nc"\n');
  expect(csv([])).toBe('');
});
