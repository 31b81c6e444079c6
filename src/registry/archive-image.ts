import { markActivating, markActive, markArchived } from '../storage/metadata/archived-images.ts';
import { activeIndexesHolding, type ImageFacts } from '../storage/metadata/images.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import { partsOfImage } from '../storage/metadata/layers.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { StorageClass } from '../values/change.ts';
import type { Core } from './core.ts';
import { changedImageOf, type NotingChanges, noteChange } from './note-change.ts';
import type { Repository } from './repository.ts';

/** The kind of the job that has an image back. */
export const ACTIVATE_IMAGE = 'activate-image';

export interface ActivateImage {
  readonly repositoryId: string;
  readonly digest: string;
}

type Place = Pick<Repository, 'id' | 'name' | 'registry'>;

/** Whether an image could be archived, and what is in the way: indexes that hold it and are not archived themselves. */
export type ArchiveOutcome = 'archived' | 'not-active' | { readonly heldBy: readonly string[] };

/**
 * Archives an image in the caller's transaction: it is kept, and cannot be pulled until it is restored. What forbids it
 * is looked at here, whatever the caller knew before. Its tags and layers stay. API_UpdateImageStorageClass.
 */
export async function archiveImage(
  core: NotingChanges,
  tx: Writing,
  repository: Place,
  facts: ImageFacts,
): Promise<ArchiveOutcome> {
  if (facts.status !== 'ACTIVE') return 'not-active';
  const heldBy = await activeIndexesHolding(tx, repository.id, facts.digest);
  if (heldBy.length > 0) return { heldBy };
  if (!(await markArchived(tx, repository.id, facts.digest, core.clock.now()))) return 'not-active';
  await noteClass(core, tx, repository, { facts, to: 'ARCHIVE' });
  return 'archived';
}

/**
 * Begins to restore an archived image in the caller's transaction: a job has it back when the restore delay is over.
 * False when it is not archived.
 */
export async function restoreImage(
  core: Pick<Core, 'clock' | 'ids' | 'rules'>,
  tx: Writing,
  repository: Place,
  { digest }: Pick<ImageFacts, 'digest'>,
): Promise<boolean> {
  if (!(await markActivating(tx, repository.id, digest))) return false;
  const now = core.clock.now();
  const payload: ActivateImage = { repositoryId: repository.id, digest };
  await addJob(tx, {
    id: core.ids.uuid(),
    kind: ACTIVATE_IMAGE,
    registry: repository.registry,
    payload,
    uniqueKey: `${repository.id}/${digest}`,
    dueAt: new Date(now.getTime() + core.rules.restoreDelayMs),
    now,
  });
  return true;
}

/** Has the image back at once, in the caller's transaction. False when it was active. */
export async function activateImage(
  core: NotingChanges,
  tx: Writing,
  repository: Place,
  facts: ImageFacts,
): Promise<boolean> {
  if (!(await markActive(tx, repository.id, facts.digest, core.clock.now()))) return false;
  await noteClass(core, tx, repository, { facts, to: 'STANDARD' });
  return true;
}

async function noteClass(
  core: NotingChanges,
  tx: Writing,
  repository: Place,
  { facts, to }: { readonly facts: ImageFacts; readonly to: StorageClass },
): Promise<void> {
  const layers = await partsOfImage(tx, repository.id, facts.digest);
  await noteChange(core, tx, repository, {
    kind: 'storage-class-changed',
    image: changedImageOf(facts),
    parts: { manifestSize: facts.manifest_size, layers },
    to,
  });
}
