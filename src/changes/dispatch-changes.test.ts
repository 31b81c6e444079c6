import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type QuietWorld, quietWorld } from '../../test/quiet-world.ts';
import { jobPool } from '../jobs/job-pool.ts';
import { LEASE_TTL_MS, leased } from '../jobs/lease.ts';
import { appendChange, waitingChanges } from '../storage/metadata/changes.ts';
import { findFact, type InstallationFact, putFact } from '../storage/metadata/installation.ts';
import { listJobs, retryJobs } from '../storage/metadata/jobs.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { PostgresFailure } from '../storage/metadata/postgres-failure.ts';
import type { ChangeConsumer } from './consumer.ts';
import { dispatchChanges } from './dispatch-changes.ts';
import { failedChanges } from './failed-changes.ts';
import { followChanges } from './follow-changes.ts';

/** A machine that has much to do. */
const PATIENT = { timeout: 15_000 };

let quiet: QuietWorld;
beforeEach(async () => {
  quiet = await quietWorld();
});
afterEach(() => quiet.stop());

/** Appends a change to a repository of this name, as part of `tx` or by itself. */
async function append(name: string, tx?: Writing): Promise<void> {
  const { world, registry } = quiet;
  const what = { kind: 'repository-deleted' } as const;
  const repository = { id: 'id-of-it', name };
  const change = { id: world.ids.uuid(), at: world.clock.now(), registry, repository, by: undefined, what };
  await (tx ? appendChange(tx, change) : world.metadata.write((own) => appendChange(own, change)));
}

/** A consumer that notes in the database what it was offered, and fails where `fails` says so. */
function noting(fact: InstallationFact, fails: (name: string) => boolean = () => false) {
  const offers: string[][] = [];
  const consumer: ChangeConsumer = {
    name: fact,
    async consume(tx, changes) {
      const names = changes.map((it) => it.repository.name);
      offers.push(names);
      await putFact(tx, fact, `${(await findFact(tx, fact)) ?? ''}${names.join(' ')} `);
      const failing = names.find(fails);
      if (failing !== undefined) throw new Error(`no to ${failing}`);
    },
  };
  const taken = async () => (await quiet.world.metadata.read((tx) => findFact(tx, fact)))?.trimEnd().split(' ') ?? [];
  return { consumer, offers, taken };
}

const dispatch = (...consumers: ChangeConsumer[]) => dispatchChanges(quiet.world, consumers);

const left = () => quiet.world.metadata.read(waitingChanges);
const jobs = () => quiet.world.metadata.read((tx) => listJobs(tx, { limit: 100, now: quiet.world.clock.now() }));

test('changes are taken into account once, in their order, by every consumer, and are gone then', async () => {
  const [one, other] = [noting('acme-account'), noting('acme-challenges')];
  const names = Array.from({ length: 450 }, (_, i) => `${i}`);
  await quiet.world.metadata.write(async (tx) => {
    for (const name of names) await append(name, tx);
  });
  expect(await left()).toEqual({ count: 450, oldestAt: quiet.world.clock.now() });

  expect(await dispatch(one.consumer, other.consumer)).toBe(450);
  expect(await dispatch(one.consumer, other.consumer)).toBe(0);

  expect(await one.taken()).toEqual(names);
  expect(await other.taken()).toEqual(names);
  expect(one.offers.length).toBeGreaterThan(1);
  expect(await left()).toEqual({ count: 0, oldestAt: undefined });
});

test('a change that a consumer fails on holds up that one alone, after a few offers', async () => {
  const well = noting('acme-account');
  const failing = noting('acme-challenges', (name) => name === 'bad');
  const consumers = [well.consumer, failing.consumer];
  const names = ['a', 'b', 'c', 'bad', 'd', 'e'];
  for (const name of names) await append(name);

  for (let offer = 1; offer < 5; offer++) {
    await expect(dispatch(...consumers)).rejects.toThrow('no to bad');
    expect(await well.taken()).toEqual(['a', 'b', 'c']);
    expect(await failing.taken()).toEqual(['a', 'b', 'c']);
    expect(await jobs()).toEqual([]);
  }
  await dispatch(...consumers);

  expect(await well.taken()).toEqual(names);
  expect(await failing.taken()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(await jobs()).toEqual([expect.objectContaining({ state: 'dead', last_error: 'no to bad' })]);
});

test('a change that was set aside is offered again when somebody says so, and is taken into account once', async () => {
  let isMended = false;
  const failing = noting('acme-challenges', () => !isMended);
  await append('bad');
  for (let i = 0; i < 5; i++) await dispatch(failing.consumer).catch(() => undefined);
  const settle = async () => {
    const kind = failedChanges([failing.consumer]);
    const pool = jobPool(quiet.world, new Map([[kind.name, kind]]));
    while ((await pool.fill()) > 0) await pool.idle();
  };
  const { world } = quiet;

  await world.metadata.write((tx) => retryJobs(tx, 'dead', world.clock.now()));
  await settle();
  expect(await jobs()).toEqual([expect.objectContaining({ state: 'dead', last_error: 'no to bad' })]);
  isMended = true;
  await world.metadata.write((tx) => retryJobs(tx, 'dead', world.clock.now()));
  await settle();

  expect(await failing.taken()).toEqual(['bad']);
  expect(await jobs()).toEqual([]);
});

test('one bad change among many costs a few offers, not one for each', async () => {
  const failing = noting('acme-challenges', (name) => name === '150');
  await quiet.world.metadata.write(async (tx) => {
    for (let i = 0; i < 400; i++) await append(`${i}`, tx);
  });

  for (let i = 0; i < 5; i++) await dispatch(failing.consumer).catch(() => undefined);

  expect(await failing.taken()).toHaveLength(399);
  expect(failing.offers.length).toBeLessThan(60);
});

test('a conflict of the database inside a consumer runs the transaction again, and is no failure of the consumer', async () => {
  if (!quiet.isClustered) return;
  const { consumer, taken } = noting('acme-account');
  let conflicts = 0;
  await append('a');

  await dispatchChanges(quiet.world, [
    {
      ...consumer,
      async consume(tx, changes, world) {
        await consumer.consume(tx, changes, world);
        conflicts += 1;
        if (conflicts < 8) throw new PostgresFailure('could not serialize access', { kind: 'conflict' });
      },
    },
  ]);

  expect(conflicts).toBe(8);
  expect(await taken()).toEqual(['a']);
  expect(await jobs()).toEqual([]);
});

test('a dispatcher that stood still while another took over takes nothing into account', async () => {
  const { consumer, taken } = noting('acme-account');
  const other = noting('acme-challenges');
  await append('a');
  const late = dispatchChanges(
    {
      ...quiet.world,
      metadata: {
        ...quiet.world.metadata,
        async write(work, options) {
          // The first is the one that takes the lease.
          const result = await quiet.world.metadata.write(work, options);
          if (other.offers.length === 0) {
            quiet.pass(LEASE_TTL_MS + 1);
            await dispatchChanges(quiet.world, [other.consumer]);
            await append('b');
          }
          return result;
        },
      },
    },
    [consumer],
  );

  await expect(late).rejects.toThrow('dispatch-changes');
  expect(await other.taken()).toEqual(['a']);
  expect(await taken()).toEqual([]);
  expect((await left()).count).toBe(1);
});

test('while another process dispatches, nothing is done here', async () => {
  const { consumer, offers } = noting('acme-account');
  await append('a');

  const done = await leased(quiet.world, { name: 'dispatch-changes' }, () => dispatchChanges(quiet.world, [consumer]));

  expect(done).toBe(0);
  expect(offers).toEqual([]);
});

test('a change that is committed late is taken into account late, and holds up nobody', async () => {
  if (!quiet.isClustered) return;
  const { consumer, taken } = noting('acme-account');
  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
  const appended = Promise.withResolvers<void>();
  const open = quiet.world.metadata.write(async (tx) => {
    await append('open', tx);
    appended.resolve();
    await mayCommit;
  });
  await appended.promise;
  await append('later');

  expect(await dispatch(consumer)).toBe(1);
  commit();
  await open;
  expect(await dispatch(consumer)).toBe(1);
  expect(await taken()).toEqual(['later', 'open']);
});

test('a process that follows changes takes them into account, does their jobs, and ends at once', async () => {
  const { consumer, taken } = noting('acme-account');
  const following = followChanges(quiet.world, { consumers: [consumer], kinds: new Map() });
  await append('a');
  following.nudge();
  await vi.waitFor(async () => expect(await taken()).toEqual(['a']), PATIENT);

  await following.end();
  await append('b');
  following.nudge();

  expect((await left()).count).toBe(1);
});
