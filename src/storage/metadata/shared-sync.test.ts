import { expect, test } from 'vitest';
import { DatabaseUnavailable } from './port.ts';
import { SharedSync } from './shared-sync.ts';

/** A disk that takes as long as the test says. */
function aDisk() {
  const syncs: { resolve(): void; reject(error: Error): void }[] = [];
  const failures: string[] = [];
  const write = () => new Promise<void>((resolve, reject) => syncs.push({ resolve, reject }));
  const sync = new SharedSync(write, () => failures.push('failed'));
  return { sync, syncs, failures };
}

/** Whether it has resolved, once all that can run has run. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise(setImmediate);
  return done;
}

test('one sync serves all that was written before it began', async () => {
  const { sync, syncs } = aDisk();
  sync.wrote();
  sync.wrote();
  const both = [sync.reached(), sync.reached()];
  expect(syncs).toHaveLength(1);
  syncs[0]?.resolve();
  await Promise.all(both);
  await sync.reached();
  expect(syncs).toHaveLength(1);
});

test('what was written while a sync was under way is not on the disk before the next', async () => {
  const { sync, syncs } = aDisk();
  sync.wrote();
  const first = sync.reached();
  sync.wrote();
  const second = sync.reached();
  syncs[0]?.resolve();
  await first;
  expect(await isDone(second)).toBe(false);
  expect(syncs).toHaveLength(2);
  syncs[1]?.resolve();
  await second;
});

test('where nothing was written, nobody waits and nothing is synced', async () => {
  const { sync, syncs } = aDisk();
  await sync.reached();
  expect(syncs).toEqual([]);
});

test('after a sync that failed nothing is taken for written any more', async () => {
  const { sync, syncs, failures } = aDisk();
  sync.wrote();
  const waiting = [sync.reached(), sync.reached()];
  sync.check();
  syncs[0]?.reject(new Error('EIO: i/o error, fdatasync'));

  for (const it of waiting) await expect(it).rejects.toThrow(/does not take.*EIO: i\/o error.*start Berth again/);
  expect(() => sync.check()).toThrow(DatabaseUnavailable);
  sync.wrote();
  await expect(sync.reached()).rejects.toThrow(DatabaseUnavailable);
  expect(syncs).toHaveLength(1);
  expect(failures).toEqual(['failed']);
});

test('nor after something else did not reach the disk, even if a sync that was under way succeeds', async () => {
  const { sync, syncs, failures } = aDisk();
  sync.wrote();
  const waiting = sync.reached();
  sync.wrote();
  const later = sync.reached();
  sync.fail(new Error('EIO: of the database'));
  sync.fail(new Error('EIO: once more'));
  syncs[0]?.resolve();

  await waiting;
  await expect(later).rejects.toThrow(/EIO: of the database/);
  expect(() => sync.check()).toThrow(DatabaseUnavailable);
  expect([failures, syncs]).toEqual([['failed'], [expect.anything()]]);
});
