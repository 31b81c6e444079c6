import { chunks } from './chunks.ts';
import type { LifecyclePreviewResultRow, LifecyclePreviewRow } from './lifecycle-tables.ts';
import type { Reading, Writing } from './port.ts';

export function findLifecyclePreview(tx: Reading, repositoryId: string): Promise<LifecyclePreviewRow | undefined> {
  return tx.selectFrom('lifecycle_previews').selectAll().where('repository_id', '=', repositoryId).executeTakeFirst();
}

/** Begins a preview, instead of the one that the repository had. */
export async function putLifecyclePreview(tx: Writing, row: LifecyclePreviewRow): Promise<void> {
  const { repository_id: _, ...changed } = row;
  await tx
    .insertInto('lifecycle_previews')
    .values(row)
    .onConflict((c) => c.column('repository_id').doUpdateSet(changed))
    .execute();
}

export interface WhichPreview {
  readonly repositoryId: string;
  readonly previewId: string;
}

/** Ends the preview, unless another one has begun meanwhile: then this is false. */
export async function endLifecyclePreview(
  tx: Writing,
  { repositoryId, previewId }: WhichPreview,
  end: Pick<LifecyclePreviewRow, 'status' | 'expiring' | 'transitioning'> & { readonly ended_at: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('lifecycle_previews')
    .set(end)
    .where('repository_id', '=', repositoryId)
    .where('id', '=', previewId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Adds results of a preview; those that are there already stay. */
export async function addPreviewResults(tx: Writing, rows: readonly LifecyclePreviewResultRow[]): Promise<void> {
  for (const some of chunks(rows, 100)) {
    await tx
      .insertInto('lifecycle_preview_results')
      .values(some)
      .onConflict((c) => c.doNothing())
      .execute();
  }
}

export interface PreviewPage {
  readonly tagStatus: 'TAGGED' | 'UNTAGGED' | 'ANY';
  readonly after: number | undefined;
  readonly limit: number;
}

/** Results in their order. */
export function previewResults(
  tx: Reading,
  { repositoryId, previewId }: WhichPreview,
  { tagStatus, after, limit }: PreviewPage,
): Promise<LifecyclePreviewResultRow[]> {
  let query = tx
    .selectFrom('lifecycle_preview_results')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('preview_id', '=', previewId)
    .where('place', '>', after ?? -1);
  if (tagStatus !== 'ANY') query = query.where('tags', tagStatus === 'TAGGED' ? '<>' : '=', '[]');
  return query.orderBy('place').limit(limit).execute();
}

/** The results for images that are named. */
export async function previewResultsFor(
  tx: Reading,
  { repositoryId, previewId }: WhichPreview,
  digests: readonly string[],
): Promise<LifecyclePreviewResultRow[]> {
  if (digests.length === 0) return [];
  return tx
    .selectFrom('lifecycle_preview_results')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('preview_id', '=', previewId)
    .where('digest', 'in', digests)
    .orderBy('place')
    .execute();
}

/** Removes up to `limit` results of previews that the repository no longer has; answers how many. */
export async function removeFormerResults(
  tx: Writing,
  { repositoryId, previewId }: WhichPreview,
  limit: number,
): Promise<number> {
  const before = await former(tx, repositoryId, previewId, '<');
  const other = before ?? (await former(tx, repositoryId, previewId, '>'));
  return other === undefined ? 0 : removeResults(tx, { repositoryId, previewId: other }, limit);
}

async function former(
  tx: Reading,
  repositoryId: string,
  previewId: string,
  side: '<' | '>',
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('lifecycle_preview_results')
    .select('preview_id')
    .where('repository_id', '=', repositoryId)
    .where('preview_id', side, previewId)
    .orderBy('preview_id')
    .limit(1)
    .executeTakeFirst();
  return row?.preview_id;
}

/** Removes up to `limit` results of a preview; answers how many. */
export async function removeResults(
  tx: Writing,
  { repositoryId, previewId }: WhichPreview,
  limit: number,
): Promise<number> {
  const rows = await tx
    .selectFrom('lifecycle_preview_results')
    .select('place')
    .where('repository_id', '=', repositoryId)
    .where('preview_id', '=', previewId)
    .orderBy('place')
    .limit(limit)
    .execute();
  for (const some of chunks(rows.map((it) => it.place))) {
    await tx
      .deleteFrom('lifecycle_preview_results')
      .where('repository_id', '=', repositoryId)
      .where('preview_id', '=', previewId)
      .where('place', 'in', some)
      .execute();
  }
  return rows.length;
}

/** A complete preview that ended before; undefined when there is none. */
export async function previewEndedBefore(tx: Reading, before: Date): Promise<WhichPreview | undefined> {
  const row = await tx
    .selectFrom('lifecycle_previews')
    .select(['repository_id', 'id'])
    .where('status', '=', 'COMPLETE')
    .where('ended_at', '<', before.getTime())
    .orderBy('ended_at')
    .limit(1)
    .executeTakeFirst();
  return row && { repositoryId: row.repository_id, previewId: row.id };
}

/** Says that the results of the preview are no longer there. */
export async function expireLifecyclePreview(tx: Writing, { repositoryId, previewId }: WhichPreview): Promise<void> {
  await tx
    .updateTable('lifecycle_previews')
    .set({ status: 'EXPIRED' })
    .where('repository_id', '=', repositoryId)
    .where('id', '=', previewId)
    .execute();
}
