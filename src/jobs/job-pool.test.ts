import { setImmediate as letOthersGoOn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type QuietWorld, quietWorld } from '../../test/quiet-world.ts';
import type { JobRow } from '../storage/metadata/job-tables.ts';
import { addJob, claimJobs, findJob, listJobs, type NewJob } from '../storage/metadata/jobs.ts';
import { Hopeless, type JobKind } from './job-kind.ts';
import { type JobPool, jobPool, type PoolOptions } from './job-pool.ts';
import { CLAIMED_MS } from './run-job.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** A machine that has much to do. */
const PATIENT = { timeout: 15_000 };

let quiet: QuietWorld;
beforeAll(async () => {
  quiet = await quietWorld();
});
afterAll(() => quiet.stop());

type Asked = Partial<Pick<NewJob, 'payload' | 'orderKey' | 'uniqueKey'>> & { readonly inMs?: number };

/** Adds a job of the kind, due now where nothing else is said; answers its id. */
async function add(kind: string, { inMs = 0, payload = {}, ...more }: Asked = {}): Promise<string> {
  const { world, registry } = quiet;
  const now = world.clock.now();
  const id = world.ids.uuid();
  const dueAt = new Date(now.getTime() + inMs);
  await world.metadata.write((tx) => addJob(tx, { id, kind, registry, payload, dueAt, now, ...more }));
  return id;
}

const find = (id: string) => quiet.world.metadata.read((tx) => findJob(tx, id));

const jobsOf = (kind: string) =>
  quiet.world.metadata.read((tx) => listJobs(tx, { kind, limit: 1_000, now: quiet.world.clock.now() }));

/** A pool as another process would have it. */
function poolOf(kinds: readonly JobKind[], options: PoolOptions = {}): JobPool {
  return jobPool(quiet.world, new Map(kinds.map((it) => [it.name, it])), options);
}

/** Does what is due now. */
async function settle(...kinds: JobKind[]): Promise<void> {
  const pool = poolOf(kinds);
  while ((await pool.fill()) > 0) await pool.idle();
}

/** A kind that notes what it was asked for, and fails as often as `fails` says. */
function noting(name: string, fails: (payload: unknown) => number = () => 0, attempts = 8) {
  const tried: unknown[] = [];
  const done: unknown[] = [];
  const kind: JobKind = {
    name,
    attempts,
    async run(_world, payload, { attempt }) {
      tried.push(payload);
      if (attempt <= fails(payload)) throw new Error(`failed at attempt ${attempt}`);
      done.push(payload);
    },
  };
  return { kind, tried, done };
}

test('a job is done once when it is due, and not before', async () => {
  const { kind, done } = noting('due');
  await add('due', { payload: 'now' });
  await add('due', { payload: 'later', inMs: HOUR });

  await settle(kind);
  expect(done).toEqual(['now']);
  quiet.pass(HOUR);
  await settle(kind);
  await settle(kind);

  expect(done).toEqual(['now', 'later']);
  expect(await jobsOf('due')).toEqual([]);
});

test('a job that fails waits longer each time, and is dead after its attempts with what went wrong', async () => {
  const { kind, tried } = noting('failing', () => 9, 3);
  const id = await add('failing');

  await settle(kind);
  quiet.pass(SECOND - 1);
  await settle(kind);
  expect(tried).toHaveLength(1);
  quiet.pass(1);
  await settle(kind);
  quiet.pass(2 * SECOND - 1);
  await settle(kind);
  expect(tried).toHaveLength(2);
  quiet.pass(1);
  await settle(kind);

  expect(tried).toHaveLength(3);
  expect(await find(id)).toMatchObject({ state: 'dead', attempts: 3, last_error: 'failed at attempt 3', claim: null });
  quiet.pass(24 * HOUR);
  await settle(kind);
  expect(tried).toHaveLength(3);
});

test('a job that nothing can help is dead at once', async () => {
  const id = await add('hopeless');

  await settle({
    name: 'hopeless',
    attempts: 8,
    async run() {
      throw new Hopeless('there is no such place');
    },
  });

  expect(await find(id)).toMatchObject({ state: 'dead', attempts: 1, last_error: 'there is no such place' });
});

test('a kind says how long its jobs wait', async () => {
  const { kind, tried } = noting('patient', () => 1);
  await add('patient');

  await settle({ ...kind, backoffMs: (attempt) => attempt * HOUR });
  quiet.pass(HOUR - 1);
  await settle(kind);
  expect(tried).toHaveLength(1);
  quiet.pass(1);
  await settle(kind);

  expect(tried).toHaveLength(2);
});

test('jobs of one order are done one after the other, also when one of them fails and waits', async () => {
  const { kind, done } = noting('ordered', (payload) => (payload === 'a1' ? 2 : 0));
  for (const payload of ['a1', 'a2', 'b1', 'a3', 'b2']) {
    await add('ordered', { payload, orderKey: String(payload).slice(0, 1) });
  }

  await settle(kind);
  expect(done).toEqual(['b1', 'b2']);
  await add('ordered', { payload: 'a4', orderKey: 'a' });
  await settle(kind);
  quiet.pass(SECOND);
  await settle(kind);
  expect(done).toEqual(['b1', 'b2']);
  quiet.pass(2 * SECOND);
  await settle(kind);

  expect(done).toEqual(['b1', 'b2', 'a1', 'a2', 'a3', 'a4']);
});

test('the next of an order goes on when the one before is dead', async () => {
  const { kind, done } = noting('order-of-dead', (payload) => (payload === 'first' ? 9 : 0), 1);
  for (const payload of ['first', 'second']) await add('order-of-dead', { payload, orderKey: 'one' });

  await settle(kind);

  expect(done).toEqual(['second']);
});

test('no other of an order runs beside one that runs, whatever its number', async () => {
  const { kind, done } = noting('beside');
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow: JobKind = { ...kind, run: () => promise };
  await add('beside', { payload: 'first', orderKey: 'one' });
  const pool = poolOf([slow]);
  await pool.fill();
  await add('beside', { payload: 'second', orderKey: 'one' });

  expect(await pool.fill()).toBe(0);
  await settle(kind);
  expect(done).toEqual([]);
  resolve();
  await pool.idle();
  await settle(kind);

  expect(done).toEqual(['second']);
});

test('a job that is asked for again while it waits is done once: as early as anybody asked, with the last payload', async () => {
  const { kind, done } = noting('merged');
  await add('merged', { uniqueKey: 'k', payload: 1, inMs: HOUR });
  await add('merged', { uniqueKey: 'k', payload: 2, inMs: SECOND });
  await add('merged', { uniqueKey: 'k', payload: 3, inMs: 2 * HOUR });
  await add('merged', { uniqueKey: 'other', payload: 4, inMs: SECOND });

  quiet.pass(SECOND);
  await settle(kind);

  expect(done.toSorted()).toEqual([3, 4]);
  expect(await jobsOf('merged')).toEqual([]);
});

test('a job that is asked for again while it runs is done once more, when it was asked for', async () => {
  const done: unknown[] = [];
  const asking: JobKind = {
    name: 'again',
    attempts: 8,
    async run(_world, payload) {
      done.push(payload);
      if (payload !== 1) return;
      await add('again', { uniqueKey: 'k', payload: 2, inMs: 2 * HOUR });
      await add('again', { uniqueKey: 'k', payload: 3, inMs: HOUR });
    },
  };
  await add('again', { uniqueKey: 'k', payload: 1 });

  await settle(asking);
  quiet.pass(HOUR - 1);
  await settle(asking);
  expect(done).toEqual([1]);
  quiet.pass(1);
  await settle(asking);

  expect(done).toEqual([1, 3]);
  expect(await jobsOf('again')).toEqual([]);
});

test('a job that is asked for again in its last try is not dead', async () => {
  const { kind, done } = noting('asked-at-last');
  const failing: JobKind = {
    ...kind,
    attempts: 1,
    async run() {
      await add('asked-at-last', { uniqueKey: 'k', payload: 'new' });
      throw new Error('no');
    },
  };
  const id = await add('asked-at-last', { uniqueKey: 'k', payload: 'old' });

  const pool = poolOf([failing]);
  await pool.fill();
  await pool.idle();
  expect(await find(id)).toMatchObject({ state: 'waiting', attempts: 0, again_at: null });
  // It failed all the same, and is not tried over and over.
  expect(await pool.fill()).toBe(0);
  quiet.pass(SECOND);
  await settle(kind);

  expect(done).toEqual(['new']);
});

test('a dead job is tried again when it is asked for again', async () => {
  const { kind, done } = noting('revived', (payload) => (payload === 'old' ? 9 : 0), 1);
  await add('revived', { uniqueKey: 'k', payload: 'old' });
  await settle(kind);
  await add('revived', { uniqueKey: 'k', payload: 'new' });

  await settle(kind);

  expect(done).toEqual(['new']);
  expect(await jobsOf('revived')).toEqual([]);
});

test('whoever stood still while another took his job over changes nothing any more', async () => {
  const { promise: stands, resolve: wakeUp } = Promise.withResolvers<void>();
  const late: JobKind = {
    name: 'taken-over',
    attempts: 8,
    async run(world, _payload, { finish }) {
      await stands;
      await world.metadata.write(async (tx) => {
        await addJob(tx, { ...job, id: world.ids.uuid(), kind: 'by-the-late-one' });
        await finish(tx);
      });
    },
  };
  const { registry, world } = quiet;
  const job = { registry, payload: {}, dueAt: world.clock.now(), now: world.clock.now() };
  const id = await add('taken-over');
  const pool = poolOf([late]);
  await pool.fill();
  quiet.pass(CLAIMED_MS + 1);
  const { promise: works, resolve: end } = Promise.withResolvers<void>();
  const other = poolOf([{ ...late, run: () => works }]);
  expect(await other.fill()).toBe(1);

  wakeUp();
  await pool.idle();
  expect(await find(id)).toMatchObject({ attempts: 2, last_error: null });
  end();
  await other.idle();

  expect(await find(id)).toBeUndefined();
  expect(await jobsOf('by-the-late-one')).toEqual([]);
});

test('work and its end in one transaction happen once', async () => {
  const { registry, world } = quiet;
  await add('at-once');

  await settle({
    name: 'at-once',
    attempts: 8,
    run: (_, __, { finish }) =>
      world.metadata.write(async (tx) => {
        const now = world.clock.now();
        await addJob(tx, { id: world.ids.uuid(), kind: 'followed', registry, payload: {}, dueAt: now, now });
        await finish(tx);
      }),
  });

  expect(await jobsOf('at-once')).toEqual([]);
  expect(await jobsOf('followed')).toHaveLength(1);
});

/** Takes the job as a process does that dies right then. */
async function dieWith(id: string): Promise<JobRow[]> {
  const now = quiet.world.clock.now();
  const claim = { ids: [id], claim: quiet.world.ids.uuid(), now, until: new Date(now.getTime() + CLAIMED_MS) };
  return quiet.world.metadata.write((tx) => claimJobs(tx, claim));
}

test('what a process was at when it died is done by another, once its claim has run out', async () => {
  const { kind, done } = noting('orphaned');
  const id = await add('orphaned', { payload: 'it' });
  expect(await dieWith(id)).toHaveLength(1);

  expect(await dieWith(id)).toEqual([]);
  await settle(kind);
  expect(done).toEqual([]);
  quiet.pass(CLAIMED_MS + 1);
  await settle(kind);

  expect(done).toEqual(['it']);
});

test('a job that ends its process each time is dead after its attempts, and ends no other', async () => {
  const { kind, tried } = noting('deadly', () => 0, 2);
  const id = await add('deadly');
  for (let i = 0; i < 2; i++) {
    await dieWith(id);
    quiet.pass(CLAIMED_MS + 1);
  }

  await settle(kind);

  expect(tried).toEqual([]);
  expect(await find(id)).toMatchObject({ state: 'dead', last_error: expect.stringContaining('process ended') });
});

test('a job of a kind that only a newer version knows waits for it', async () => {
  const { kind, done } = noting('from-the-future');
  const id = await add('from-the-future', { payload: 'it' });

  await settle(noting('other').kind);
  expect(await find(id)).toMatchObject({ state: 'waiting', attempts: 0 });
  await settle(kind);

  expect(done).toEqual(['it']);
});

test('slow jobs hold up no others, and no more of a kind run at once than it says', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let running = 0;
  const slow: JobKind = {
    name: 'slow',
    attempts: 8,
    atOnce: 2,
    run() {
      running += 1;
      return promise;
    },
  };
  const { kind: quick, done } = noting('quick');
  for (let i = 0; i < 5; i++) await add('slow');
  await add('quick', { payload: 'it' });
  const onRoom = vi.fn();
  const pool = poolOf([slow, quick], { onRoom });

  expect(await pool.fill()).toBe(3);
  expect(await pool.fill()).toBe(0);
  await vi.waitFor(() => expect(done).toEqual(['it']), PATIENT);
  await vi.waitFor(() => expect(onRoom).toHaveBeenCalledTimes(1), PATIENT);
  expect(running).toBe(2);
  resolve();
  await pool.idle();
  while ((await pool.fill()) > 0) await pool.idle();

  expect(running).toBe(5);
});

test('when the process ends, its jobs are given back as if nobody had tried them', async () => {
  const ending = new AbortController();
  const { kind, done } = noting('given-back', () => 0, 1);
  const waiting: JobKind = {
    ...kind,
    run: (_, __, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
  const id = await add('given-back', { payload: 'it' });
  const pool = poolOf([waiting], { signal: ending.signal });
  await pool.fill();

  ending.abort();
  await pool.idle();
  expect(await find(id)).toMatchObject({ state: 'waiting', attempts: 0, claim: null });
  expect(await pool.fill()).toBe(0);
  await settle(kind);

  expect(done).toEqual(['it']);
});

test('a job that does not listen is not waited for: neither at the end of the process nor after its time', async () => {
  const ending = new AbortController();
  const deaf: JobKind = { name: 'deaf', attempts: 2, run: () => new Promise(() => undefined) };
  const endless: JobKind = { ...deaf, name: 'endless', timeoutMs: 1 };
  const [deafId, endlessId] = [await add('deaf'), await add('endless')];
  const pools = [poolOf([deaf], { signal: ending.signal }), poolOf([endless])];
  await Promise.all(pools.map((it) => it.fill()));

  ending.abort();
  await Promise.all(pools.map((it) => it.idle()));

  expect(await find(deafId)).toMatchObject({ state: 'waiting', attempts: 0, last_error: null });
  expect(await find(endlessId)).toMatchObject({ attempts: 1, last_error: expect.stringContaining('within 1 ms') });
});

test('of many processes each job is done by one', async () => {
  const { kind, done } = noting('shared');
  for (let i = 0; i < 40; i++) await add('shared', { payload: i, orderKey: `${i % 7}` });

  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const pool = poolOf([kind]);
      while ((await jobsOf('shared')).length > 0) {
        await pool.fill();
        await pool.idle();
        // What SQLite is asked is answered at once: those who have nothing to do would let no other go on.
        await letOthersGoOn();
      }
    }),
  );

  expect(done.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 40 }, (_, i) => i));
  for (let key = 0; key < 7; key++) {
    const ofKey = done.filter((it) => Number(it) % 7 === key);
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => Number(a) - Number(b)));
  }
});
