import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type QuietWorld, quietWorld } from '../../test/quiet-world.ts';
import { appendChange, oldestChanges, waitingChanges } from '../storage/metadata/changes.ts';
import { addRows, rowsAfter } from '../storage/metadata/copy-rows.ts';
import { copySqlite } from '../storage/metadata/copy-sqlite.ts';
import { addJob, findJob } from '../storage/metadata/jobs.ts';
import { openPostgres } from '../storage/metadata/postgres.ts';
import { openSqlite } from '../storage/metadata/sqlite.ts';

let quiet: QuietWorld;
beforeAll(async () => {
  quiet = await quietWorld();
});
afterAll(() => quiet.stop());

async function add(): Promise<string> {
  const { world, registry } = quiet;
  const now = world.clock.now();
  const id = world.ids.uuid();
  await world.metadata.write((tx) =>
    addJob(tx, { id, kind: 'of-a-test', registry, payload: {}, orderKey: 'one', dueAt: now, now }),
  );
  return id;
}

async function append(name: string): Promise<void> {
  const { world, registry } = quiet;
  const what = { kind: 'repository-deleted' } as const;
  const repository = { id: 'one', name };
  const change = { id: world.ids.uuid(), at: world.clock.now(), registry, repository, by: undefined, what };
  await world.metadata.write((tx) => appendChange(tx, change));
}

test('a copy of the embedded database has the changes and jobs that were still to be done', async () => {
  if (quiet.isClustered) return;
  const id = await add();
  await append('a');
  const path = `${quiet.database}.copy`;

  await copySqlite(quiet.database, path);

  const copy = await openSqlite(path);
  expect(await copy.read((tx) => findJob(tx, id))).toMatchObject({ kind: 'of-a-test', state: 'waiting' });
  expect(await copy.read(waitingChanges)).toMatchObject({ count: 1 });
  await copy.close();
  await rm(path);
});

test('on PostgreSQL what comes later goes behind what was copied there, and behind what a dump of another server holds', async () => {
  if (!quiet.isClustered) return;
  const { metadata } = quiet.world;
  const [copied, first] = [quiet.world.ids.uuid(), await add()];
  await append('of a dump');
  await metadata.write(async (tx) => {
    const [row] = await rowsAfter(tx, 'jobs', undefined);
    await addRows(tx, 'jobs', [{ ...row, id: copied, seq: 4_000 }]);
    await tx.updateTable('changes').set({ seq: 5_000 }).execute();
  });

  // As a server does that starts.
  const next = await openPostgres(quiet.database, { as: 'owner', connections: 2, log: quiet.world.log });
  await next.close();
  const later = await add();
  await append('of this server');

  const [before, behind, last] = await Promise.all(
    [first, copied, later].map((id) => metadata.read(async (tx) => Number((await findJob(tx, id))?.seq))),
  );
  expect(before).toBeLessThan(4_000);
  expect(behind).toBe(4_000);
  expect(last).toBeGreaterThan(4_000);
  await expect
    .poll(async () => (await metadata.read((tx) => oldestChanges(tx, 10))).map((it) => it.change.repository.name))
    .toEqual(['of a dump', 'of this server']);
});
