import { afterEach, expect, test } from 'vitest';
import { LARGE_READERS, openReadBuffers, READ_SIZE, type ReadBuffers, SMALL_READ_SIZE } from './read-buffers.ts';

const opened: ReadBuffers[] = [];
afterEach(() => {
  for (const it of opened.splice(0)) it.close();
});

function open(): ReadBuffers {
  const buffers = openReadBuffers();
  opened.push(buffers);
  return buffers;
}

test('a large buffer that was given back is the next one, whole, whoever takes it', () => {
  const buffers = open();
  const first = buffers.take(READ_SIZE);
  buffers.giveBack(first.subarray(0, 10));

  const second = open().take(READ_SIZE - 1);

  expect(second.buffer).toBe(first.buffer);
  expect(second.length).toBe(READ_SIZE);
  expect(buffers.take(READ_SIZE).buffer).not.toBe(first.buffer);
});

test('a small one is as large as asked for, and is freed', async () => {
  const buffers = open();
  const small = buffers.take(10_000);
  expect(small.length).toBe(10_000);
  buffers.giveBack(small);
  await new Promise((resume) => setImmediate(resume));

  expect(small.length).toBe(0);
  expect(buffers.take(10_000).buffer).not.toBe(small.buffer);
});

test('who comes when many read is given small ones, until one of them has ended', () => {
  const many = Array.from({ length: LARGE_READERS }, open);
  const oneMore = open();
  many[0]?.close();
  opened.splice(opened.indexOf(many[0] as ReadBuffers), 1);

  expect([many[1]?.size, oneMore.size, open().size]).toEqual([READ_SIZE, SMALL_READ_SIZE, READ_SIZE]);
  expect(oneMore.take(READ_SIZE).length).toBe(SMALL_READ_SIZE);
});
