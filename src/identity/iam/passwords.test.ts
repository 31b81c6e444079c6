import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemIds } from '../../ids.ts';
import { type KeptPassword, keepPassword, whichPassword } from './passwords.ts';

const world = { ids: systemIds, clock: { now: () => new Date(0) } };
/** Of so little cost that many can be tried; a password that follows another is kept at the cost of that. */
const before: KeptPassword = {
  cost: { N: 2, r: 1, p: 1 },
  salt: Buffer.alloc(16, 1).toString('base64'),
  hashes: [Buffer.alloc(32).toString('base64')],
  changedAt: 0,
};
const password = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 128, size: 'max' });

test('a password is known again, and one that differs anywhere is none, however long both are', async () => {
  const place = fc.record({ at: fc.nat(), put: fc.string({ maxLength: 2 }) });
  const agrees = fc.asyncProperty(password, place, async (it, { at, put }) => {
    const kept = await keepPassword(world, it, before);
    const from = at % it.length;
    const other = it.slice(0, from) + put + it.slice(from + 1);

    expect(await whichPassword(it, kept)).toBe(0);
    const isSame = other.normalize('NFC') === it.normalize('NFC');
    expect(await whichPassword(other, kept)).toBe(isSame ? 0 : undefined);
    expect(await whichPassword(`${it}x`, kept)).toBeUndefined();
    expect(await whichPassword('', kept)).toBeUndefined();
  });
  await fc.assert(agrees, { numRuns: 300 });
});

test('what is kept costs a guesser 128 MiB, and has a salt of its own', async () => {
  const [first, second] = await Promise.all([keepPassword(world, 'the same'), keepPassword(world, 'the same')]);

  expect(128 * first.cost.N * first.cost.r).toBe(128 * 1024 * 1024);
  expect(second.salt).not.toBe(first.salt);
  expect(second.hashes[0]).not.toBe(first.hashes[0]);
  expect(JSON.stringify(first)).not.toContain('the same');
});
