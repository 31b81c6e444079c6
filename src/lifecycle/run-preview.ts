import { addServiceEvents } from '../audit/service-events.ts';
import { inBatches } from '../housekeeping/batches.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { repositoryOf } from '../registry/repository.ts';
import {
  addPreviewResults,
  endLifecyclePreview,
  findLifecyclePreview,
  removeFormerResults,
} from '../storage/metadata/lifecycle-previews.ts';
import type { LifecyclePreviewResultRow } from '../storage/metadata/lifecycle-tables.ts';
import { findRepositoryById } from '../storage/metadata/repositories.ts';
import type { LifecyclePolicy } from '../values/lifecycle-policy.ts';
import type { World } from '../world.ts';
import { judgeRepository } from './judge-repository.ts';
import { lifecycleEvents } from './lifecycle-events.ts';
import { parsePolicy } from './parse-policy.ts';
import { type PlannedAction, planActions } from './plan.ts';

export const PREVIEW_LIFECYCLE = 'preview-lifecycle';

export interface PreviewLifecycle {
  readonly repositoryId: string;
  readonly previewId: string;
}

const MINUTE = 60_000;
const ATTEMPTS = 3;
const ROWS_AT_ONCE = 500;

/** Finds out what a preview asks; nothing where another one has begun meanwhile. */
export const previewingLifecycle: JobKind = {
  name: PREVIEW_LIFECYCLE,
  attempts: ATTEMPTS,
  // It holds all images of a repository in memory.
  atOnce: 1,
  timeoutMs: 15 * MINUTE,
  async run(world, payload, { signal, attempt }) {
    const which = payload as PreviewLifecycle;
    try {
      await preview(world, which, signal);
    } catch (error) {
      if (attempt >= ATTEMPTS && !signal.aborted) {
        const end = { status: 'FAILED', ended_at: world.clock.now().getTime(), expiring: 0, transitioning: 0 } as const;
        await world.metadata.write((tx) => endLifecyclePreview(tx, which, end));
      }
      throw error;
    }
  },
};

async function preview(world: World, which: PreviewLifecycle, signal: AbortSignal): Promise<void> {
  const { metadata, clock } = world;
  const { repositoryId, previewId } = which;
  const row = await metadata.readOne((tx) => findLifecyclePreview(tx, repositoryId));
  if (row?.id !== previewId || row.status !== 'IN_PROGRESS') return;
  const policy = parsePolicy(row.policy_text, { extensions: world.rules.lifecycleExtensions });
  const pace = { signal, limits: { batch: ROWS_AT_ONCE } };
  await inBatches(pace, (size) => metadata.write((tx) => removeFormerResults(tx, which, size), { isBulk: true }));

  const { images, verdicts } = await judgeRepository(world, { repositoryId, policy, at: clock.now() }, signal);
  const planned = planActions(images, verdicts);
  const rows = planned.map((it, place) => resultRow(which, it, place));
  for (let at = 0; at < rows.length; ) {
    await inBatches(pace, async (size) => {
      const some = rows.slice(at, at + size);
      at += some.length;
      await metadata.write((tx) => addPreviewResults(tx, some), { isBulk: true });
      return some.length;
    });
    signal.throwIfAborted();
  }
  await end(world, which, { policy, planned });
}

async function end(
  world: World,
  which: PreviewLifecycle,
  { policy, planned }: { readonly policy: LifecyclePolicy; readonly planned: readonly PlannedAction[] },
): Promise<void> {
  const expiring = planned.filter((it) => it.verdict.action === 'expire').length;
  const records = await world.metadata.write(async (tx) => {
    const isOurs = await endLifecyclePreview(tx, which, {
      status: 'COMPLETE',
      ended_at: world.clock.now().getTime(),
      expiring,
      transitioning: planned.length - expiring,
    });
    const row = isOurs ? await findRepositoryById(tx, which.repositoryId) : undefined;
    if (!row) return [];
    const images = planned.slice(0, RECORDED_AT_MOST).map(({ image, verdict }) => ({ ...image, rule: verdict.rule }));
    const repository = repositoryOf(row);
    const recorded = { name: 'DryRunEvent', repository, policy, policyId: which.previewId, images } as const;
    return addServiceEvents(tx, world, lifecycleEvents(world, { ...recorded, lastEvaluatedAt: 0 }));
  });
  await world.fileRecords(records);
}

/** The results hold all; a record of a hundred thousand images that stay would help nobody. */
const RECORDED_AT_MOST = 1_000;

function resultRow(
  { repositoryId, previewId }: PreviewLifecycle,
  { image, verdict }: PlannedAction,
  place: number,
): LifecyclePreviewResultRow {
  return {
    repository_id: repositoryId,
    preview_id: previewId,
    place,
    digest: image.digest,
    tags: JSON.stringify(image.tags),
    pushed_at: image.pushedAt,
    action: verdict.action,
    rule_priority: verdict.rule ?? null,
    storage_class: image.status === 'ARCHIVED' ? 'ARCHIVE' : 'STANDARD',
  };
}
