import { sql } from 'kysely';
import { chunks } from './chunks.ts';
import type { Reading, Writing } from './port.ts';
import type { ImagePullRow } from './tables.ts';

/**
 * Adds to what is known of pulls. In order, as all do, so that two nodes wait for each other only one way. What is
 * pulled of an image that is gone leaves nothing.
 */
export async function addPulls(tx: Writing, rows: readonly ImagePullRow[]): Promise<void> {
  const sorted = rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const some of chunks(sorted, 100)) {
    const present = await tx
      .selectFrom('images')
      .select(['repository_id', 'digest'])
      .where((e) =>
        e.or(some.map((it) => e.and([e('repository_id', '=', it.repository_id), e('digest', '=', it.digest)]))),
      )
      .execute();
    const keys = new Set(present.map((it) => `${it.repository_id} ${it.digest}`));
    const known = some.filter((it) => keys.has(`${it.repository_id} ${it.digest}`));
    if (known.length === 0) continue;
    await tx
      .insertInto('image_pulls')
      .values(known)
      .onConflict((c) =>
        c.columns(['repository_id', 'digest', 'tag']).doUpdateSet((e) => ({
          pulls: e('image_pulls.pulls', '+', e.ref('excluded.pulls')),
          last_pulled_at: sql<number>`case when excluded.last_pulled_at > image_pulls.last_pulled_at
            then excluded.last_pulled_at else image_pulls.last_pulled_at end`,
        })),
      )
      .execute();
  }
}

/** When each of the images was last pulled; those that never were are left out. */
export async function lastPullsOf(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, Date>> {
  const last = new Map<string, Date>();
  for (const some of chunks(digests)) {
    const rows = await tx
      .selectFrom('image_pulls')
      .select((e) => ['digest', e.fn.max('last_pulled_at').as('last')])
      .where('repository_id', '=', repositoryId)
      .where('digest', 'in', some)
      .groupBy('digest')
      .execute();
    for (const row of rows) if (Number(row.last) > 0) last.set(row.digest, new Date(Number(row.last)));
  }
  return last;
}

/** What was pulled of a repository, most often first. */
export function pullsOf(tx: Reading, repositoryId: string, limit: number): Promise<ImagePullRow[]> {
  return tx
    .selectFrom('image_pulls')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .orderBy('pulls', 'desc')
    .orderBy('digest')
    .orderBy('tag')
    .limit(limit)
    .execute();
}

function keyOf({ repository_id, digest, tag }: ImagePullRow): string {
  return `${repository_id} ${digest} ${tag}`;
}
