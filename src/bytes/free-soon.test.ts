import { expect, test } from 'vitest';
import { freeSoon } from './free-soon.ts';

test('a chunk that has its buffer to itself is freed, after whoever made it has had its turn', async () => {
  const chunk = Buffer.alloc(65_536, 1);

  freeSoon(chunk);

  expect(chunk.length).toBe(65_536);
  await immediate();
  expect(chunk.length).toBe(0);
});

test('parts of a larger buffer, small chunks and shared memory are left alone', async () => {
  const whole = new Uint8Array(65_536).fill(1);
  const chunks = [
    whole.subarray(1),
    whole.subarray(0, 40_000),
    Buffer.from('small'),
    new Uint8Array(new SharedArrayBuffer(65_536)),
  ];
  const before = chunks.map((chunk) => Uint8Array.from(chunk));

  for (const chunk of chunks) freeSoon(chunk);
  await immediate();

  expect(chunks.map((chunk) => Uint8Array.from(chunk))).toEqual(before);
});

function immediate(): Promise<void> {
  return new Promise((turn) => setImmediate(turn));
}
