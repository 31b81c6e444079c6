import type { ChangeConsumer } from '../changes/consumer.ts';
import { leased } from '../jobs/lease.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import {
  dueLifecyclePolicies,
  findLifecyclePolicy,
  planLifecyclePolicy,
} from '../storage/metadata/lifecycle-policies.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { nextRun } from './next-run.ts';
import { RUN_LIFECYCLE, type RunLifecycle } from './run-policy.ts';

const LEASE = 'schedule-lifecycle';
const AT_ONCE = 100;

/** A policy that was put is run at once. */
export const runOnPut: ChangeConsumer = {
  name: 'lifecycle',
  async consume(tx, changes, world) {
    for (const { what, repository, registry } of changes) {
      if (what.kind !== 'lifecycle-policy-changed') continue;
      if (await findLifecyclePolicy(tx, repository.id)) await addRun(world, tx, registry, repository.id);
    }
  },
};

/** Has all policies run that are due, each at least once in an hour. */
export async function scheduleLifecycle(world: World, signal?: AbortSignal): Promise<void> {
  const { metadata, clock } = world;
  const [due] = await metadata.readOne((tx) => dueLifecyclePolicies(tx, clock.now(), 1));
  if (!due) return;
  await leased(world, { name: LEASE, ...(signal && { signal }) }, async (lease) => {
    for (;;) {
      lease.signal.throwIfAborted();
      const now = clock.now();
      const some = await metadata.write(async (tx) => {
        await lease.hold(tx);
        const policies = await dueLifecyclePolicies(tx, now, AT_ONCE);
        for (const { repository_id: repositoryId, account, region } of policies) {
          await addRun(world, tx, { account, region }, repositoryId);
          await planLifecyclePolicy(tx, repositoryId, nextRun(repositoryId, now));
        }
        return policies.length;
      });
      if (some < AT_ONCE) return;
    }
  });
}

async function addRun(
  { clock, ids }: Pick<World, 'clock' | 'ids'>,
  tx: Writing,
  registry: RegistryId,
  repositoryId: string,
): Promise<void> {
  const payload: RunLifecycle = { repositoryId };
  const now = clock.now();
  await addJob(tx, {
    id: ids.uuid(),
    kind: RUN_LIFECYCLE,
    registry,
    payload,
    uniqueKey: repositoryId,
    dueAt: now,
    now,
  });
}
