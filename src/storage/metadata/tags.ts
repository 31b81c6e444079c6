import type { ImageStatus } from '../../values/image-status.ts';
import { compiledOnce } from './compiled-once.ts';
import { holdImages } from './holds.ts';
import type { Reading, Writing } from './port.ts';
import type { TagRow } from './tables.ts';

/** The digest that the tag points at. */
export async function findTag(tx: Reading, repositoryId: string, tag: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('tags')
    .select('digest')
    .where('repository_id', '=', repositoryId)
    .where('tag', '=', tag)
    .executeTakeFirst();
  return row?.digest;
}

/**
 * Points the tag at the image. The key picks the winner of two at once: `taken` when it points elsewhere and may not
 * move, `already` when it points there; placed, from where it pointed before. A tag that the snapshot has is moved and
 * never added: whoever removed it meanwhile came before, and it is not from there that it was moved.
 */
export async function placeTag(
  tx: Writing,
  row: TagRow,
  options: { mayMove: boolean },
): Promise<'already' | 'taken' | { readonly from: string | undefined }> {
  const from = await findTag(tx, row.repository_id, row.tag);
  if (from === undefined) {
    await tx.insertInto('tags').values(row).execute();
    return { from };
  }
  if (from === row.digest) return 'already';
  if (!options.mayMove) return 'taken';
  await tx
    .updateTable('tags')
    .set({ digest: row.digest, updated_at: row.updated_at })
    .where('repository_id', '=', row.repository_id)
    .where('tag', '=', row.tag)
    .execute();
  return { from };
}

/**
 * Removes the tag and says what it pointed at; undefined when there was none. The image is held: of two that take away a
 * tag each, one sees that it takes the last.
 */
export async function removeTag(tx: Writing, repositoryId: string, tag: string): Promise<string | undefined> {
  const row = await tx
    .deleteFrom('tags')
    .where('repository_id', '=', repositoryId)
    .where('tag', '=', tag)
    .returning('digest')
    .executeTakeFirst();
  if (row) await holdImages(tx, repositoryId, [row.digest]);
  return row?.digest;
}

/** The tags of one image, in byte order. */
export async function tagsOf(tx: Reading, repositoryId: string, digest: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('tags')
    .select('tag')
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .orderBy('tag')
    .execute();
  return rows.map((row) => row.tag);
}

/** The tags of several images at once. */
export async function tagsOfImages(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, string[]>> {
  const tags = new Map<string, string[]>();
  if (digests.length === 0) return tags;
  const query = compiledOnce(tx, 'tags of images', [repositoryId, ...digests], () =>
    tx
      .selectFrom('tags')
      .select(['tag', 'digest'])
      .where('repository_id', '=', repositoryId)
      .where('digest', 'in', digests)
      // By digest first, as the index has it: by tag alone, SQLite reads every tag of the repository for the order.
      .orderBy('digest')
      .orderBy('tag'),
  );
  const { rows } = await tx.executeQuery(query);
  for (const { digest, tag } of rows) {
    const some = tags.get(digest);
    if (some) some.push(tag);
    else tags.set(digest, [tag]);
  }
  return tags;
}

export async function countTags(tx: Reading, repositoryId: string, digest: string): Promise<number> {
  const { count } = await tx
    .selectFrom('tags')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Up to `limit` tags that come after `after`, in byte order: of images of this status, of all when it is not said. */
export function tagsAfter(
  tx: Reading,
  repositoryId: string,
  page: { status?: ImageStatus | undefined; after: string | undefined; limit: number },
): Promise<{ tag: string; digest: string }[]> {
  let query = tx
    .selectFrom('tags')
    .select(['tags.tag', 'tags.digest'])
    .where('tags.repository_id', '=', repositoryId)
    .where('tags.tag', '>', page.after ?? '');
  if (page.status !== undefined) {
    query = query
      .innerJoin('images', (join) =>
        join.onRef('images.repository_id', '=', 'tags.repository_id').onRef('images.digest', '=', 'tags.digest'),
      )
      .where('images.status', '=', page.status);
  }
  return query.orderBy('tags.tag').limit(page.limit).execute();
}
