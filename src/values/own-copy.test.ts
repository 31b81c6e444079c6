import { expect, test } from 'vitest';
import { ownCopy } from './own-copy.ts';

test('a copy has memory of its own, and no more of it than it needs', () => {
  const bytes = Buffer.from('a few bytes of a slab');
  const copy = ownCopy(bytes);
  expect(copy).toEqual(bytes);
  expect(copy.buffer.byteLength).toBe(bytes.length);
  copy.fill(0);
  expect(bytes.toString()).toBe('a few bytes of a slab');
});
