import { expect, test } from 'vitest';
import { quietWorld } from '../../test/quiet-world.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { appendChange } from '../storage/metadata/changes.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import type { ChangeConsumer } from './consumer.ts';
import { dispatchChanges } from './dispatch-changes.ts';
import { settleChanges } from './settle-changes.ts';

test('what another process dispatches at the last moment is done as well', async () => {
  const { world, registry, stop } = await quietWorld();
  const { metadata, clock, ids } = world;
  const now = clock.now();
  const done: unknown[] = [];
  const kind: JobKind = {
    name: 'of-a-test',
    attempts: 1,
    async run(_world, payload) {
      done.push(payload);
    },
  };
  const consumer: ChangeConsumer = {
    name: 'of-a-test',
    async consume(tx, changes) {
      for (const { id } of changes)
        await addJob(tx, { id: ids.uuid(), kind: kind.name, registry, payload: id, dueAt: now, now });
    },
  };
  let looks = 0;
  const meanwhile = {
    ...metadata,
    readOne: (async (work) => {
      const found = await metadata.readOne(work);
      looks += 1;
      // Nothing was to be dispatched, and no job was due.
      if (looks === 2) {
        const what = { kind: 'repository-deleted' } as const;
        const change = { id: 'late', at: now, registry, repository: { id: 'r', name: 'r' }, by: undefined, what };
        await metadata.write((tx) => appendChange(tx, change));
        await dispatchChanges(world, [consumer]);
      }
      return found;
    }) satisfies typeof metadata.readOne,
  };

  await settleChanges(
    { ...world, metadata: meanwhile },
    { consumers: [consumer], kinds: new Map([[kind.name, kind]]) },
  );

  expect(done).toEqual(['late']);
  await stop();
});
