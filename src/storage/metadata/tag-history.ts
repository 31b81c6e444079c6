import { sql } from 'kysely';
import { chunks } from './chunks.ts';
import type { Reading, Writing } from './port.ts';
import type { TagHistoryRow } from './trash-tables.ts';

/** Puts down where tags went; of repositories that are gone, nothing. */
export async function addTagHistory(tx: Writing, rows: readonly TagHistoryRow[]): Promise<void> {
  for (const some of chunks(rows, 200)) {
    const ids = [...new Set(some.map((it) => it.repository_id))];
    const present = await tx.selectFrom('repositories').select('id').where('id', 'in', ids).execute();
    const known = new Set(present.map((it) => it.id));
    const values = some.filter((it) => known.has(it.repository_id));
    if (values.length > 0) await tx.insertInto('tag_history').values(values).execute();
  }
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
  return query.orderBy('at', 'desc').orderBy('place', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
}

/** Forgets up to `limit` entries from before. Answers how many. */
export async function forgetTagHistory(tx: Writing, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from tag_history where (repository_id, tag, at, place, id) in (
      select repository_id, tag, at, place, id from tag_history where at < ${before.getTime()} limit ${limit}
    )`.execute(tx);
  return Number(result.numAffectedRows ?? 0);
}
