import { expect, test } from 'vitest';
import { giveReadBufferBack, READ_SIZE, takeReadBuffer } from './read-buffers.ts';

test('a large buffer that was given back is the next one, whole', () => {
  const first = takeReadBuffer(READ_SIZE);
  giveReadBufferBack(first.subarray(0, 10));

  const second = takeReadBuffer(READ_SIZE - 1);

  expect(second.buffer).toBe(first.buffer);
  expect(second.length).toBe(READ_SIZE);
  expect(takeReadBuffer(READ_SIZE).buffer).not.toBe(first.buffer);
});

test('a small one is as large as asked for, and is not kept', () => {
  const small = takeReadBuffer(1_000);
  giveReadBufferBack(small);

  expect(small.length).toBe(1_000);
  expect(takeReadBuffer(1_000).buffer).not.toBe(small.buffer);
});
