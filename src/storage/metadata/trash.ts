import { sql } from 'kysely';
import { DELETED, deletedName } from '../../values/deleted-name.ts';
import { chunks } from './chunks.ts';
import type { Reading, Writing } from './port.ts';
import type { RepositoryRow } from './tables.ts';
import type { TrashedImageRow, TrashedRepositoryRow } from './trash-tables.ts';

export interface Trashing {
  readonly now: Date;
  readonly by: string | undefined;
  readonly purgeAt: Date;
}

/** Keeps what is needed to push the images again. Belongs before they are removed, in the same transaction. */
export async function trashImages(
  tx: Writing,
  { repositoryId, tags }: { readonly repositoryId: string; readonly tags: ReadonlyMap<string, readonly string[]> },
  digests: readonly string[],
  { now, by, purgeAt }: Trashing,
): Promise<void> {
  for (const some of chunks(digests, 100)) {
    const rows = await tx
      .selectFrom('images')
      .select(['repository_id', 'digest', 'media_type', 'manifest', 'manifest_size', 'is_sealed'])
      .where('repository_id', '=', repositoryId)
      .where('digest', 'in', some)
      .execute();
    if (rows.length === 0) continue;
    await tx
      .insertInto('trashed_images')
      .values(
        rows.map((row) => ({
          ...row,
          tags: JSON.stringify(tags.get(row.digest) ?? []),
          deleted_at: now.getTime(),
          deleted_by: by ?? null,
          purge_at: purgeAt.getTime(),
        })),
      )
      .onConflict((c) =>
        c.columns(['repository_id', 'digest']).doUpdateSet((e) => ({
          manifest: e.ref('excluded.manifest'),
          is_sealed: e.ref('excluded.is_sealed'),
          tags: e.ref('excluded.tags'),
          deleted_at: e.ref('excluded.deleted_at'),
          deleted_by: e.ref('excluded.deleted_by'),
          purge_at: e.ref('excluded.purge_at'),
        })),
      )
      .execute();
  }
}

export function findTrashedImage(
  tx: Reading,
  repositoryId: string,
  digest: string,
): Promise<TrashedImageRow | undefined> {
  return tx
    .selectFrom('trashed_images')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .executeTakeFirst();
}

/** What is in a repository's trash, without the manifests, latest first. */
export function trashedImages(
  tx: Reading,
  repositoryId: string,
  limit: number,
): Promise<Omit<TrashedImageRow, 'manifest'>[]> {
  return tx
    .selectFrom('trashed_images')
    .select([
      'repository_id',
      'digest',
      'media_type',
      'manifest_size',
      'is_sealed',
      'tags',
      'deleted_at',
      'deleted_by',
      'purge_at',
    ])
    .where('repository_id', '=', repositoryId)
    .orderBy('deleted_at', 'desc')
    .orderBy('digest')
    .limit(limit)
    .execute();
}

export async function removeTrashedImage(tx: Writing, repositoryId: string, digest: string): Promise<void> {
  await tx
    .deleteFrom('trashed_images')
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .execute();
}

/** Removes up to `limit` images whose time is over; their layers go by their lease. Answers how many. */
export async function purgeTrashedImages(tx: Writing, now: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from trashed_images where (repository_id, digest) in (
      select repository_id, digest from trashed_images where purge_at <= ${now.getTime()} limit ${limit}
    )`.execute(tx);
  return Number(result.numAffectedRows ?? 0);
}

/** Takes the repository out of sight, with all that is in it. */
export async function trashRepository(
  tx: Writing,
  { id, account, region, name }: Pick<RepositoryRow, 'id' | 'account' | 'region' | 'name'>,
  { now, by, purgeAt }: Trashing,
): Promise<void> {
  await tx
    .updateTable('repositories')
    .set({ name: deletedName({ name, id }) })
    .where('id', '=', id)
    .execute();
  await tx
    .insertInto('trashed_repositories')
    .values({
      repository_id: id,
      account,
      region,
      name,
      deleted_at: now.getTime(),
      deleted_by: by ?? null,
      purge_at: purgeAt.getTime(),
    })
    .execute();
}

/** The repository that had this name when it was deleted; of several the one that was deleted last. */
export function findTrashedRepository(
  tx: Reading,
  { account, region }: { readonly account: string; readonly region: string },
  name: string,
): Promise<TrashedRepositoryRow | undefined> {
  return tx
    .selectFrom('trashed_repositories')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .orderBy('deleted_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Gives the repository its name again, which must be free. */
export async function untrashRepository(tx: Writing, { repository_id, name }: TrashedRepositoryRow): Promise<void> {
  await tx.updateTable('repositories').set({ name }).where('id', '=', repository_id).execute();
  await tx.deleteFrom('trashed_repositories').where('repository_id', '=', repository_id).execute();
}

/** A repository whose time is over. */
export function dueRepository(tx: Reading, now: Date): Promise<TrashedRepositoryRow | undefined> {
  return tx
    .selectFrom('trashed_repositories')
    .selectAll()
    .where('purge_at', '<=', now.getTime())
    .orderBy('purge_at')
    .limit(1)
    .executeTakeFirst();
}

/** The row of a deleted repository. */
export function trashedRow(tx: Reading, id: string): Promise<RepositoryRow | undefined> {
  return tx.selectFrom('repositories').selectAll().where('id', '=', id).where('name', '>=', DELETED).executeTakeFirst();
}
