import type { JobKind } from '../jobs/job-kind.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { Change } from '../values/change.ts';
import type { World } from '../world.ts';
import type { ChangeConsumer } from './consumer.ts';

const KIND = 'consume-change';

interface FailedChange {
  readonly consumer: string;
  readonly change: Omit<Change, 'at'> & { readonly at: number };
}

/** Sets a change aside that a consumer fails on: a dead job, which is tried again when somebody says so. */
export async function addFailedChange(
  { clock, ids }: Pick<World, 'clock' | 'ids'>,
  tx: Writing,
  { consumer, change, error }: { readonly consumer: string; readonly change: Change; readonly error: unknown },
): Promise<void> {
  const payload: FailedChange = { consumer, change: { ...change, at: change.at.getTime() } };
  const now = clock.now();
  await addJob(tx, {
    id: ids.uuid(),
    kind: KIND,
    registry: change.registry,
    payload,
    dueAt: now,
    now,
    deadOf: error instanceof Error ? error.message : String(error),
  });
}

/** Offers a change that was set aside to its consumer once more; it is taken into account once, as any other. */
export function failedChanges(consumers: readonly ChangeConsumer[]): JobKind {
  return {
    name: KIND,
    attempts: 1,
    atOnce: 1,
    async run(world, payload, { finish }) {
      const { consumer, change } = payload as FailedChange;
      const found = consumers.find((it) => it.name === consumer);
      if (!found) throw new Error(`There is no consumer ${consumer} any more.`);
      await world.metadata.write(async (tx) => {
        await found.consume(tx, [{ ...change, at: new Date(change.at) }], world);
        await finish(tx);
      });
    },
  };
}
