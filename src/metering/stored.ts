import type { StoredPartRow } from '../storage/metadata/metering-tables.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { archivedParts, findParts } from '../storage/metadata/stored-parts.ts';
import type { WhatChanged } from '../values/change.ts';
import { keyOf, type Part, partsIn } from './evaluate.ts';

/** The parts of a repository that the changes touch, as they were counted. */
export async function partsTouchedBy(
  tx: Reading,
  repositoryId: string,
  changes: readonly { readonly what: WhatChanged }[],
): Promise<Map<string, Part>> {
  const touched = changes.flatMap(({ what }) => partsIn(what));
  const rows = touched.length === 0 ? [] : await findParts(tx, repositoryId, touched);
  const isDeleted = changes.some(({ what }) => what.kind === 'repository-deleted');
  if (isDeleted) rows.push(...(await archivedParts(tx, repositoryId)));
  return new Map(rows.map((row) => [keyOf(row), partOf(row)]));
}

function partOf(row: StoredPartRow): Part {
  const { kind, digest, size, active_refs: activeRefs, archived_refs: archivedRefs } = row;
  return { kind, digest, size, activeRefs, archivedRefs, archivedAt: row.archived_at ?? undefined };
}

export function rowOf(repositoryId: string, part: Part): StoredPartRow {
  const { kind, digest, size, activeRefs, archivedRefs, archivedAt } = part;
  return {
    repository_id: repositoryId,
    kind,
    digest,
    size,
    active_refs: activeRefs,
    archived_refs: archivedRefs,
    archived_at: archivedAt ?? null,
  };
}
