import { addServiceEvents } from '../audit/service-events.ts';
import { listenersIn } from '../events/emit-event.ts';
import { archiveImage } from '../registry/archive-image.ts';
import { removeImagesAndLeaseLayers } from '../registry/delete-images.ts';
import { referencedByIndexes } from '../registry/image-id.ts';
import { type Repository, repositoryOf } from '../registry/repository.ts';
import type { ImageFacts } from '../storage/metadata/images.ts';
import { addLifecycleActions } from '../storage/metadata/lifecycle-actions.ts';
import { findLifecyclePolicy, holdLifecyclePolicy } from '../storage/metadata/lifecycle-policies.ts';
import type { LifecycleActionRow } from '../storage/metadata/lifecycle-tables.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { findRepositoryById } from '../storage/metadata/repositories.ts';
import type { LifecyclePolicy } from '../values/lifecycle-policy.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { lifecycleEvents, type RecordedImage } from './lifecycle-events.ts';
import { type Current, lookAgain } from './look-again.ts';
import type { PlannedAction } from './plan.ts';
import { sayWhy } from './say-why.ts';

export type Acting = Pick<World, 'metadata' | 'clock' | 'ids' | 'actor' | 'rules' | 'fileRecords'>;

export interface Run {
  readonly repositoryId: string;
  readonly registry: RegistryId;
  readonly policyId: string;
  readonly policy: LifecyclePolicy;
  readonly lastEvaluatedAt: number;
}

/** What became of a batch. `over`: the policy or the repository is another by now, and nothing was done. */
export type BatchOutcome = 'over' | { readonly expired: number; readonly archived: number };

/**
 * Acts on some images in one transaction. Each is looked at again in it: what is not as it was judged is left to the next
 * run. What refers to an image goes with it. The journal and the audit trail have it in the same transaction.
 */
export async function actOnImages(world: Acting, run: Run, planned: readonly PlannedAction[]): Promise<BatchOutcome> {
  const { outcome, records } = await world.metadata.write((tx) => actInside(world, tx, run, planned), { isBulk: true });
  if (records.length > 0) await world.fileRecords(records);
  return outcome;
}

async function actInside(
  world: Acting,
  tx: Writing,
  run: Run,
  planned: readonly PlannedAction[],
): Promise<{ outcome: BatchOutcome; records: string[] }> {
  // All at once, and before anything is written: until then, an embedded database keeps nobody waiting.
  const [policy, row, current, listeners] = await Promise.all([
    findLifecyclePolicy(tx, run.repositoryId),
    findRepositoryById(tx, run.repositoryId),
    lookAgain(tx, run.repositoryId, { planned, policy: run.policy }),
    listenersIn(tx, run.registry),
  ]);
  if (policy?.id !== run.policyId || !row) return { outcome: 'over', records: [] };
  const repository = repositoryOf(row);
  const batch = new Batch(current);
  for (const action of planned) batch.add(action);

  await removeImagesAndLeaseLayers(world, tx, repository, batch.expiring, current.possessions);
  await holdLifecyclePolicy(tx, run);
  const archived = await archive(world, tx, repository, batch);
  const done = [...batch.expiring.map((it) => it.digest), ...archived];
  await enter(world, tx, { run, batch, done });
  const { expiring, failures } = batch;
  const images = [...done.flatMap((it) => batch.recorded.get(it) ?? []), ...failures];
  const events =
    images.length === 0 ? [] : lifecycleEvents(world, { name: 'PolicyExecutionEvent', repository, ...run, images });
  return {
    outcome: { expired: expiring.length, archived: archived.length },
    records: await addServiceEvents(tx, world, events, listeners),
  };
}

/** What is to be done in one transaction, as far as it still can be. */
class Batch {
  readonly expiring: ImageFacts[] = [];
  readonly archiving: ImageFacts[] = [];
  readonly recorded = new Map<string, RecordedImage & { readonly action: PlannedAction }>();
  readonly failures: RecordedImage[] = [];
  readonly #current: Current;
  readonly #gone = new Set<string>();

  constructor(current: Current) {
    this.#current = current;
  }

  add(action: PlannedAction): void {
    const { image, verdict } = action;
    // It may have gone with its subject already.
    if (this.recorded.has(image.digest)) return;
    const facts = this.#current.unchanged(image, verdict);
    if (facts) this.#take(facts, action);
  }

  /** Takes an image, and what refers to it. */
  #take(facts: ImageFacts, action: PlannedAction): void {
    const taken = [facts];
    for (const it of taken) {
      const recorded = { ...this.#current.recorded(it), rule: action.verdict.rule };
      if (action.verdict.action === 'expire') {
        const holding = this.#current.holding(it.digest).filter((index) => !this.#gone.has(index));
        if (holding.length > 0) {
          const { failureCode: code, failureReason: reason } = referencedByIndexes({}, holding);
          this.failures.push({ ...recorded, failure: { code, reason } });
          continue;
        }
        this.#gone.add(it.digest);
        this.expiring.push(it);
      } else if (it.status === 'ACTIVE') {
        this.archiving.push(it);
      }
      this.recorded.set(it.digest, { ...recorded, action });
      taken.push(...this.#current.referrers(it.digest).filter((other) => !this.recorded.has(other.digest)));
    }
  }
}

/** Archives what still can be; answers the digests. */
async function archive(world: Acting, tx: Writing, repository: Repository, batch: Batch): Promise<string[]> {
  const archived: string[] = [];
  for (const facts of batch.archiving) {
    const outcome = await archiveImage(world, tx, repository, facts);
    if (outcome === 'archived') archived.push(facts.digest);
    if (typeof outcome !== 'object') continue;
    const recorded = batch.recorded.get(facts.digest);
    const { failureCode: code, failureReason: reason } = referencedByIndexes({}, outcome.heldBy);
    if (recorded) batch.failures.push({ ...recorded, failure: { code, reason } });
  }
  return archived;
}

interface Done {
  readonly run: Run;
  readonly batch: Batch;
  readonly done: readonly string[];
}

async function enter({ clock, ids }: Acting, tx: Writing, { run, batch, done }: Done): Promise<void> {
  const at = clock.now().getTime();
  const rows = done.flatMap((digest): LifecycleActionRow[] => {
    const recorded = batch.recorded.get(digest);
    if (!recorded) return [];
    const { action, tags, pushedAt, rule } = recorded;
    const follows = action.image.digest !== digest;
    const reason = follows ? `it refers to ${action.image.digest} and goes with it` : sayWhy(action.verdict);
    return [
      {
        repository_id: run.repositoryId,
        at,
        id: ids.uuid(),
        digest,
        action: action.verdict.action,
        tags: JSON.stringify(tags),
        pushed_at: pushedAt,
        policy_id: run.policyId,
        rule_priority: rule ?? null,
        reason,
      },
    ];
  });
  await addLifecycleActions(tx, rows);
}
