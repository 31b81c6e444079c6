import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SqliteCheckpoints } from './sqlite-checkpoints.ts';
import type { SqliteMessage } from './sqlite-worker.ts';
import { Turns } from './turns.ts';

/** Commits until a checkpoint is made, of a log that is long; what was done, and whether others could write meanwhile. */
async function checkpoint(sync: () => Promise<void>): Promise<string[]> {
  const done: string[] = [];
  const writing = new Turns();
  const note = async (what: string) => {
    const turn = writing.take().then((giveBack) => {
      giveBack();
      return true;
    });
    const free = await Promise.race([turn, nextTurn(false)]);
    done.push(`${what}: ${free ? 'beside others' : 'alone'}`);
  };
  const send = async ({ requests }: SqliteMessage) => {
    await note(requests.map((it) => it.sql).join('; '));
    return { rows: [], changes: 0 };
  };
  const checkpoints = new SqliteCheckpoints({
    local: { logPages: () => 65_536 },
    thread: () => ({ send }),
    file: {
      async sync() {
        await note('sync');
        await sync();
      },
    },
    writing,
    bulkWriting: new Turns(),
  });
  for (let commits = 0; commits < 16; commits++) checkpoints.afterCommit();
  await checkpoints.settle();
  return done;
}

test('the database is synced while others write, before the log begins anew', async () => {
  expect(await checkpoint(async () => undefined)).toEqual([
    'PRAGMA wal_checkpoint(PASSIVE): beside others',
    'sync: beside others',
    'PRAGMA wal_checkpoint(PASSIVE): alone',
    'BEGIN IMMEDIATE; PRAGMA user_version = 0; COMMIT: alone',
  ]);
});

test('a log whose pages did not reach the disk does not begin anew', async () => {
  expect(await checkpoint(() => Promise.reject(new Error('EIO')))).toEqual([
    'PRAGMA wal_checkpoint(PASSIVE): beside others',
    'sync: beside others',
  ]);
});
