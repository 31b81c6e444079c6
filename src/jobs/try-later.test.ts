import { afterAll, beforeAll, expect, test } from 'vitest';
import { type QuietWorld, quietWorld } from '../../test/quiet-world.ts';
import { addJob, findJob } from '../storage/metadata/jobs.ts';
import { TryLater } from './job-kind.ts';
import { jobPool } from './job-pool.ts';

const MINUTE = 60_000;

let quiet: QuietWorld;
beforeAll(async () => {
  quiet = await quietWorld();
});
afterAll(() => quiet.stop());

/** A job that says each time when another try makes sense, and a way to do what is due. */
async function stage(how: { readonly afterMs: number; readonly isFailure?: boolean }) {
  const { world, registry } = quiet;
  const now = world.clock.now();
  const id = world.ids.uuid();
  const attempts: number[] = [];
  const kind = `later-${id}`;
  await world.metadata.write((tx) => addJob(tx, { id, kind, registry, payload: {}, dueAt: now, now }));
  const kinds = new Map([
    [
      kind,
      {
        name: kind,
        attempts: 2,
        async run(_world: unknown, _payload: unknown, { attempt }: { readonly attempt: number }) {
          attempts.push(attempt);
          throw new TryLater('The other side said so.', how);
        },
      },
    ],
  ]);
  const pool = jobPool(world, kinds);
  return {
    attempts,
    find: () => world.metadata.read((tx) => findJob(tx, id)),
    async settle() {
      while ((await pool.fill()) > 0) await pool.idle();
    },
  };
}

test('a job that says when it wants to be tried again waits until then, and not longer', async () => {
  const { attempts, settle, find } = await stage({ afterMs: 30 * MINUTE });

  await settle();
  quiet.pass(30 * MINUTE - 1);
  await settle();
  expect(attempts).toEqual([1]);
  quiet.pass(1);
  await settle();

  expect(attempts).toEqual([1, 2]);
  expect(await find()).toMatchObject({ state: 'dead', last_error: 'The other side said so.' });
});

test('a job that gives way to others has not been tried', async () => {
  const { attempts, settle, find } = await stage({ afterMs: 100, isFailure: false });

  for (let i = 0; i < 5; i += 1) {
    await settle();
    quiet.pass(100);
  }

  expect(attempts).toEqual([1, 1, 1, 1, 1]);
  expect(await find()).toMatchObject({ state: 'waiting', attempts: 0, last_error: null });
});
