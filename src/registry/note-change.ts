import { appendChange, appendChanges } from '../storage/metadata/changes.ts';
import type { ImageFacts } from '../storage/metadata/images.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { ChangedImage, WhatChanged } from '../values/change.ts';
import type { Core } from './core.ts';
import type { Repository } from './repository.ts';

export type NotingChanges = Pick<Core, 'clock' | 'ids' | 'actor'>;

/** Appends what is changed in this transaction, and for whom, to the outbox. */
export function noteChange(
  { clock, ids, actor }: NotingChanges,
  tx: Writing,
  { id, name, registry }: Pick<Repository, 'id' | 'name' | 'registry'>,
  what: WhatChanged,
): Promise<void> {
  return appendChange(tx, { id: ids.uuid(), at: clock.now(), registry, repository: { id, name }, by: actor(), what });
}

/** The same for several at once, in their order. */
export function noteChanges(
  { clock, ids, actor }: NotingChanges,
  tx: Writing,
  { id, name, registry }: Pick<Repository, 'id' | 'name' | 'registry'>,
  changes: readonly WhatChanged[],
): Promise<void> {
  const common = { at: clock.now(), registry, repository: { id, name }, by: actor() };
  return appendChanges(
    tx,
    changes.map((what) => ({ ...common, id: ids.uuid(), what })),
  );
}

export function changedImageOf(row: ImageFacts): ChangedImage {
  return {
    digest: row.digest,
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    subjectDigest: row.subject_digest ?? undefined,
  };
}
