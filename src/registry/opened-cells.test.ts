import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { World } from '../world.ts';
import { keepOpened, openedBefore } from './opened-cells.ts';

// Only a key of what is kept.
const aWorld = () => ({ metadata: {} as World['metadata'] });
const cellOf = (text: string) => Buffer.concat([Buffer.from(text), randomBytes(16)]);

test('what a cell opened to is known again, and not of another cell of the same name', () => {
  const world = aWorld();
  const cell = cellOf('one');
  keepOpened(world, 'manifest', { cell, bytes: Buffer.from('opened'), isFree: true });
  expect(openedBefore(world, 'manifest', cell)).toMatchObject({ bytes: Buffer.from('opened'), isFree: true });
  expect(openedBefore(world, 'manifest', cellOf('one'))).toBeUndefined();
  expect(openedBefore(aWorld(), 'manifest', cell)).toBeUndefined();
});

test('what is kept holds no memory that others were cut from', () => {
  const world = aWorld();
  const cell = cellOf('one');
  keepOpened(world, 'manifest', { cell, bytes: Buffer.from('opened'), isFree: true });
  const known = openedBefore(world, 'manifest', cell);
  expect([known?.tag.buffer.byteLength, known?.bytes.buffer.byteLength]).toEqual([16, 6]);
});

test('of more than 16 MiB the oldest go, however small each is', () => {
  const world = aWorld();
  const cells = Array.from({ length: 40_000 }, (_, i) => cellOf(`${i}`));
  for (const [i, cell] of cells.entries()) keepOpened(world, `${i}`, { cell, bytes: Buffer.alloc(1), isFree: true });
  const known = cells.filter((cell, i) => openedBefore(world, `${i}`, cell));
  expect(known.length).toBeGreaterThan(10_000);
  expect(known.length).toBeLessThan(33_000);
  expect(known.at(-1)).toBe(cells.at(-1));
});
