import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FailedSync } from './failed-sync.ts';
import { SqliteCheckpoints } from './sqlite-checkpoints.ts';
import type { SqliteMessage } from './sqlite-worker.ts';
import { Turns } from './turns.ts';

/**
 * Commits until a checkpoint is made, of a log that is long, and that often once more; what was done, whether others could
 * write meanwhile, and what failed syncs were told.
 */
async function checkpoint(sync: () => Promise<void>): Promise<string[]> {
  const done: string[] = [];
  const writing = new Turns();
  let pages = 65_536;
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
    local: { logPages: () => pages },
    thread: () => ({ send }),
    onFailedSync: (error) => done.push(`failed: ${error.message}`),
    file: {
      async sync() {
        await note('sync');
        await sync();
      },
    },
    writing,
    bulkWriting: new Turns(),
  });
  for (let times = 0; times < 2; times++) {
    for (let commits = 0; commits < 16; commits++) checkpoints.afterCommit();
    await checkpoints.settle();
    pages += 8_192;
  }
  return done;
}

test('the database is synced while others write, before the log begins anew', async () => {
  const attempt = [
    'PRAGMA wal_checkpoint(PASSIVE): beside others',
    'sync: beside others',
    'PRAGMA wal_checkpoint(PASSIVE): alone',
    'BEGIN IMMEDIATE; PRAGMA user_version = 0; COMMIT: alone',
  ];
  expect(await checkpoint(async () => undefined)).toEqual([...attempt, ...attempt]);
});

test('a log whose pages did not reach the disk does not begin anew, ever, and that is told', async () => {
  expect(await checkpoint(() => Promise.reject(new FailedSync('EIO')))).toEqual([
    'PRAGMA wal_checkpoint(PASSIVE): beside others',
    'sync: beside others',
    'failed: EIO',
  ]);
});

test('nor does one whose pages were not synced for another reason, and that is tried again when it is longer', async () => {
  const attempt = ['PRAGMA wal_checkpoint(PASSIVE): beside others', 'sync: beside others'];
  expect(await checkpoint(() => Promise.reject(new Error('EMFILE')))).toEqual([...attempt, ...attempt]);
});
