import { chunks } from './chunks.ts';
import type { Reading, Writing } from './port.ts';
import type { ImageUseRow } from './tables.ts';

/**
 * Puts down that a reporter runs these images of a repository, and no other. In order, as all do. Each image must be
 * there.
 */
export async function putUses(
  tx: Writing,
  { repositoryId, reporter }: { readonly repositoryId: string; readonly reporter: string },
  rows: readonly ImageUseRow[],
): Promise<void> {
  await tx
    .updateTable('image_uses')
    .set({ in_use_count: 0 })
    .where('repository_id', '=', repositoryId)
    .where('reporter', '=', reporter)
    .where('in_use_count', '>', 0)
    .execute();
  const sorted = rows.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  for (const some of chunks(sorted, 200)) {
    await tx
      .insertInto('image_uses')
      .values(some)
      .onConflict((c) =>
        c.columns(['repository_id', 'digest', 'reporter']).doUpdateSet((e) => ({
          last_in_use_at: e.ref('excluded.last_in_use_at'),
          in_use_count: e.ref('excluded.in_use_count'),
          detail: e.ref('excluded.detail'),
        })),
      )
      .execute();
  }
}

export async function countUses(tx: Reading, repositoryId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('image_uses')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('repository_id', '=', repositoryId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What is reported of up to `limit` images that come after `after`, by digest; of each by reporter. */
export async function usesAfter(
  tx: Reading,
  repositoryId: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<Map<string, ImageUseRow[]>> {
  const digests = await tx
    .selectFrom('image_uses')
    .select('digest')
    .distinct()
    .where('repository_id', '=', repositoryId)
    .where('digest', '>', page.after ?? '')
    .orderBy('digest')
    .limit(page.limit)
    .execute();
  const uses = new Map<string, ImageUseRow[]>();
  for (const some of chunks(digests)) {
    const rows = await tx
      .selectFrom('image_uses')
      .selectAll()
      .where('repository_id', '=', repositoryId)
      .where(
        'digest',
        'in',
        some.map((it) => it.digest),
      )
      .orderBy('digest')
      .orderBy('reporter')
      .execute();
    for (const row of rows) uses.set(row.digest, [...(uses.get(row.digest) ?? []), row]);
  }
  return uses;
}
