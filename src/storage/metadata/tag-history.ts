import { sql } from 'kysely';
import { chunks } from './chunks.ts';
import { compiledOnce, insertionOf } from './compiled-once.ts';
import type { Reading, Writing } from './port.ts';
import type { TagHistoryRow } from './trash-tables.ts';
import { runUnawaited } from './unawaited.ts';

/** Where a tag went; its place among the tag's moves is given here. */
export type NewTagMove = Omit<TagHistoryRow, 'place'>;

/** Puts down where tags went, in this order; of repositories that are gone, nothing. By one process at a time. */
export async function addTagHistory(tx: Writing, rows: readonly NewTagMove[]): Promise<void> {
  for (const [repositoryId, moves] of Map.groupBy(rows, (it) => it.repository_id)) {
    const repository = await tx
      .selectFrom('repositories')
      .select('id')
      .where('id', '=', repositoryId)
      .executeTakeFirst();
    if (!repository) continue;
    for (const some of chunks(moves, 200)) {
      const places = await lastPlaces(tx, repositoryId, [...new Set(some.map((it) => it.tag))]);
      const values = some.map((move) => {
        const place = (places.get(move.tag) ?? 0) + 1;
        places.set(move.tag, place);
        return { ...move, place };
      });
      await runUnawaited(tx, insertionOf(tx, 'tag_history', values));
    }
  }
}

async function lastPlaces(tx: Reading, repositoryId: string, tags: readonly string[]): Promise<Map<string, number>> {
  const query = compiledOnce(tx, 'last places of tags', [repositoryId, ...tags], () =>
    tx
      .selectFrom('tag_history')
      .select((e) => ['tag', e.fn.max('place').as('last')])
      .where('repository_id', '=', repositoryId)
      .where('tag', 'in', tags)
      .groupBy('tag'),
  );
  const { rows } = await tx.executeQuery(query);
  return new Map(rows.map((row) => [row.tag, Number(row.last)]));
}

/** Where the tag went, latest first. */
export function tagHistoryOf(
  tx: Reading,
  repositoryId: string,
  tag: string,
  page: { readonly until?: Date | undefined; readonly limit: number },
): Promise<TagHistoryRow[]> {
  let query = tx.selectFrom('tag_history').selectAll().where('repository_id', '=', repositoryId).where('tag', '=', tag);
  if (page.until) query = query.where('at', '<=', page.until.getTime());
  return query.orderBy('place', 'desc').limit(page.limit).execute();
}

/** Forgets up to `limit` entries from before. Answers how many. */
export async function forgetTagHistory(tx: Writing, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from tag_history where (repository_id, tag, place) in (
      select repository_id, tag, place from tag_history where at < ${before.getTime()} limit ${limit}
    )`.execute(tx);
  return Number(result.numAffectedRows ?? 0);
}
