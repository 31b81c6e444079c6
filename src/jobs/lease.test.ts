import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { findFact, putFact } from '../storage/metadata/installation.ts';
import { LEASE_TTL_MS, leased, TAKEN } from './lease.ts';

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
});
afterEach(() => berth.stop());

const written = () => berth.world.metadata.read((tx) => findFact(tx, 'read-only'));

test('work is done by one at a time, and by the next when that one has ended', async () => {
  const { promise: end, resolve } = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const first = leased(berth.world, { name: 'work' }, () => {
    begun.resolve();
    return end;
  });
  await begun.promise;
  expect(await leased(berth.world, { name: 'work' }, async () => 'second')).toBe(TAKEN);

  expect(await leased(berth.world, { name: 'other work' }, async () => 'other')).toBe('other');
  resolve('first');
  expect(await first).toBe('first');
  expect(await leased(berth.world, { name: 'work' }, async () => 'third')).toBe('third');
});

test('a lease is given back by work that fails', async () => {
  const failing = leased(berth.world, { name: 'work' }, async () => {
    throw new Error('failed');
  });
  await expect(failing).rejects.toThrow('failed');

  expect(await leased(berth.world, { name: 'work' }, async () => 'next')).toBe('next');
});

test('whoever stood still while another took over commits nothing', async () => {
  const late = leased(berth.world, { name: 'work' }, async (lease) => {
    berth.pass(LEASE_TTL_MS + 1);
    await leased(berth.world, { name: 'work' }, (other) =>
      berth.world.metadata.write(async (tx) => {
        await other.hold(tx);
        await putFact(tx, 'read-only', 'the next one');
      }),
    );
    await berth.world.metadata.write(
      async (tx) => {
        await putFact(tx, 'read-only', 'the late one');
        await lease.hold(tx);
      },
      { evenIfReadOnly: true },
    );
  });

  await expect(late).rejects.toThrow('work');
  expect(await written()).toBe('the next one');
});

test('a lease that is renewed lasts longer than its time', async () => {
  const held = await leased(berth.world, { name: 'work' }, async (lease) => {
    berth.pass(LEASE_TTL_MS - 1);
    await berth.world.metadata.write((tx) => lease.hold(tx));
    berth.pass(LEASE_TTL_MS - 1);
    return leased(berth.world, { name: 'work' }, async () => 'taken over');
  });

  expect(held).toBe(TAKEN);
});
