import { inBatches } from '../housekeeping/batches.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { repositoryOf } from '../registry/repository.ts';
import { findLifecyclePolicy, noteEvaluation } from '../storage/metadata/lifecycle-policies.ts';
import { findRepositoryById } from '../storage/metadata/repositories.ts';
import { Refusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import { type Acting, actOnImages, type Run } from './act-on-images.ts';
import { judgeRepository } from './judge-repository.ts';
import { parsePolicy } from './parse-policy.ts';
import { planActions } from './plan.ts';

export const RUN_LIFECYCLE = 'run-lifecycle';

export interface RunLifecycle {
  readonly repositoryId: string;
}

const MINUTE = 60_000;
/** Images of one transaction: pushes wait for no more than that. */
const AT_ONCE = 200;
/** Less than others rest: most of the time of a batch is spent on waiting, for those who push and pull and for the disk. */
const PATIENCE = 0.3;

/** Runs the policy of a repository; nothing where it has none by then. */
export const runningLifecycle: JobKind = {
  name: RUN_LIFECYCLE,
  attempts: 10,
  // It holds all images of a repository in memory.
  atOnce: 1,
  timeoutMs: 30 * MINUTE,
  run: (world, payload, { signal }) => runPolicy(world, (payload as RunLifecycle).repositoryId, signal),
};

/** Judges all images of the repository and acts on them, in small transactions that can be the last before a crash. */
export async function runPolicy(
  world: Acting & Pick<World, 'log'>,
  repositoryId: string,
  signal?: AbortSignal,
): Promise<void> {
  const { row, repository } = await world.metadata.read(async (tx) => ({
    row: await findLifecyclePolicy(tx, repositoryId),
    repository: await findRepositoryById(tx, repositoryId),
  }));
  if (!row || !repository) return;
  const now = world.clock.now();
  const policy = policyIn(world, row.policy_text);
  if (!policy) {
    world.log.warn({ repositoryId, policyId: row.id }, 'lifecycle policy needs extensions that are off');
    return;
  }
  const { registry } = repositoryOf(repository);
  const lastEvaluatedAt = Number(row.last_evaluated_at);
  const run: Run = { repositoryId, registry, policyId: row.id, policy, lastEvaluatedAt };
  const planned = await planOf(world, run, signal);
  const total = { expired: 0, archived: 0 };
  const isDone = await inBatches(
    { ...(signal && { signal }), patience: PATIENCE, limits: { batch: AT_ONCE } },
    async (size) => {
      const some = planned.splice(0, size);
      const outcome = some.length === 0 ? { expired: 0, archived: 0 } : await actOnImages(world, run, some);
      if (outcome === 'over') return 0;
      total.expired += outcome.expired;
      total.archived += outcome.archived;
      return some.length;
    },
  );
  signal?.throwIfAborted();
  if (isDone) await world.metadata.write((tx) => noteEvaluation(tx, run, now));
  if (total.expired + total.archived > 0) world.log.info({ repositoryId, ...total }, 'lifecycle policy was run');
}

/** In a function of its own: what was judged need not be held while it is acted on. */
async function planOf(world: Acting, { repositoryId, policy }: Run, signal: AbortSignal | undefined) {
  const judging = { repositoryId, policy, at: world.clock.now() };
  const { images, verdicts } = await judgeRepository(world, judging, signal);
  return planActions(images, verdicts);
}

/** Undefined for a policy that was taken while extensions were on. */
function policyIn({ rules }: Pick<World, 'rules'>, text: string) {
  try {
    return parsePolicy(text, { extensions: rules.lifecycleExtensions });
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
