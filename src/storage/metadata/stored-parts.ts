import { sql } from 'kysely';
import { DELETED } from '../../values/deleted-name.ts';
import { chunks } from './chunks.ts';
import { compiledOnce } from './compiled-once.ts';
import type { StoredPartRow } from './metering-tables.ts';
import type { Reading, Writing } from './port.ts';
import { runUnawaited } from './unawaited.ts';

/** Those of the parts that are known. */
export async function findParts(
  tx: Reading,
  repositoryId: string,
  parts: readonly Pick<StoredPartRow, 'kind' | 'digest'>[],
): Promise<StoredPartRow[]> {
  const found: StoredPartRow[] = [];
  for (const kind of ['manifest', 'layer'] as const) {
    const digests = [...new Set(parts.filter((it) => it.kind === kind).map((it) => it.digest))];
    for (const some of chunks(digests)) {
      const query = compiledOnce(tx, 'find parts', [repositoryId, kind, ...some], () =>
        tx
          .selectFrom('stored_parts')
          .selectAll()
          .where('repository_id', '=', repositoryId)
          .where('kind', '=', kind)
          .where('digest', 'in', some),
      );
      const { rows } = await tx.executeQuery(query);
      found.push(...rows.map(inNumbers));
    }
  }
  return found;
}

/** The parts that only archived images need. */
export async function archivedParts(tx: Reading, repositoryId: string): Promise<StoredPartRow[]> {
  const rows = await tx
    .selectFrom('stored_parts')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('archived_at', 'is not', null)
    .execute();
  return rows.map(inNumbers);
}

/** Writes the parts down as they are now; those that nothing needs go. */
export async function putParts(tx: Writing, rows: readonly StoredPartRow[]): Promise<void> {
  const isNeeded = (it: StoredPartRow) => it.active_refs + it.archived_refs > 0;
  for (const some of chunks(rows.filter(isNeeded))) {
    await runUnawaited(
      tx,
      tx
        .insertInto('stored_parts')
        .values([...some])
        .onConflict((c) =>
          c.columns(['repository_id', 'kind', 'digest']).doUpdateSet((e) => ({
            active_refs: e.ref('excluded.active_refs'),
            archived_refs: e.ref('excluded.archived_refs'),
            archived_at: e.ref('excluded.archived_at'),
          })),
        ),
    );
  }
  const needless = rows.filter((it) => !isNeeded(it));
  for (const some of Map.groupBy(needless, (it) => `${it.repository_id} ${it.kind}`).values()) {
    for (const alike of chunks(some)) await removeParts(tx, alike);
  }
}

/** Parts of one repository and one kind. */
async function removeParts(tx: Writing, parts: readonly StoredPartRow[]): Promise<void> {
  const [first] = parts;
  if (!first) return;
  const removal = tx
    .deleteFrom('stored_parts')
    .where('repository_id', '=', first.repository_id)
    .where('kind', '=', first.kind)
    .where(
      'digest',
      'in',
      parts.map((it) => it.digest),
    );
  await runUnawaited(tx, removal);
}

export async function removePartsOf(tx: Writing, repositoryId: string): Promise<void> {
  await tx.deleteFrom('stored_parts').where('repository_id', '=', repositoryId).execute();
}

/** Forgets the parts of the repository and counts them anew, from its images and the layers that they need. */
export async function recountParts(tx: Writing, repositoryId: string): Promise<void> {
  await removePartsOf(tx, repositoryId);
  await sql`
    insert into stored_parts (repository_id, kind, digest, size, active_refs, archived_refs, archived_at)
    select repository_id, 'manifest', digest, manifest_size,
      case when status = 'ACTIVE' then 1 else 0 end, case when status = 'ACTIVE' then 0 else 1 end,
      case when status = 'ACTIVE' then null else archived_at end
    from images where repository_id = ${repositoryId}`.execute(tx);
  await sql`
    insert into stored_parts (repository_id, kind, digest, size, active_refs, archived_refs, archived_at)
    select i.repository_id, 'layer', l.digest, l.size,
      sum(case when i.status = 'ACTIVE' then 1 else 0 end), sum(case when i.status = 'ACTIVE' then 0 else 1 end),
      case when sum(case when i.status = 'ACTIVE' then 1 else 0 end) = 0 then max(i.archived_at) else null end
    from images i
    join image_layers r on r.image_number = i.number
    join layers l on l.number = r.layer_number
    where i.repository_id = ${repositoryId}
    group by i.repository_id, l.digest, l.size`.execute(tx);
}

/** Bytes of the counted parts, by class. */
export async function bytesOfParts(
  tx: Reading,
  repositoryId: string,
): Promise<{ readonly STANDARD: number; readonly ARCHIVE: number }> {
  const { rows } = await sql<{ standard: unknown; archive: unknown }>`
    select coalesce(sum(case when active_refs > 0 then size else 0 end), 0) as standard,
      coalesce(sum(case when active_refs > 0 then 0 else size end), 0) as archive
    from stored_parts where repository_id = ${repositoryId}`.execute(tx);
  return { STANDARD: Number(rows[0]?.standard ?? 0), ARCHIVE: Number(rows[0]?.archive ?? 0) };
}

export interface StoredBytes {
  readonly repository_id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly standard: number;
  readonly archive: number;
}

/**
 * What repositories store by their images alone, which the meter has no part in: of each the bytes of its manifests, and
 * of the layers that they need, each once. Up to `limit` of those whose ids come after `after`.
 */
export async function storedBytesAfter(tx: Reading, after: string, limit: number): Promise<StoredBytes[]> {
  const { rows } = await sql<{ [Member in keyof StoredBytes]: unknown }>`
    with picked as (select id, account, region, name from repositories where id > ${after} and name < ${DELETED} order by id limit ${limit}),
    needed as (
      select l.repository_id, l.size, max(case when i.status = 'ACTIVE' then 1 else 0 end) as is_active
      from picked
      join layers l on l.repository_id = picked.id
      join image_layers r on r.layer_number = l.number
      join images i on i.number = r.image_number
      group by l.repository_id, l.digest, l.size
      union all
      select i.repository_id, i.manifest_size, case when i.status = 'ACTIVE' then 1 else 0 end
      from picked join images i on i.repository_id = picked.id
    )
    select picked.id as repository_id, picked.account, picked.region, picked.name,
      coalesce(sum(case when is_active = 1 then size else 0 end), 0) as standard,
      coalesce(sum(case when is_active = 1 then 0 else size end), 0) as archive
    from picked left join needed on needed.repository_id = picked.id
    group by picked.id, picked.account, picked.region, picked.name order by picked.id`.execute(tx);
  return rows.map((row) => ({
    repository_id: String(row.repository_id),
    account: String(row.account),
    region: String(row.region),
    name: String(row.name),
    standard: Number(row.standard),
    archive: Number(row.archive),
  }));
}

function inNumbers(row: StoredPartRow): StoredPartRow {
  return {
    ...row,
    size: Number(row.size),
    active_refs: Number(row.active_refs),
    archived_refs: Number(row.archived_refs),
    archived_at: row.archived_at === null ? null : Number(row.archived_at),
  };
}
