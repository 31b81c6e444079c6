import type { StorageLevelRow } from './metering-tables.ts';
import type { Reading, Writing } from './port.ts';
import { runUnawaited } from './unawaited.ts';

/** What the repositories store now, as far as the meter has come: up to one row of each class. */
export async function levelsOf(tx: Reading, repositoryIds: readonly string[]): Promise<StorageLevelRow[]> {
  if (repositoryIds.length === 0) return [];
  const rows = await tx
    .selectFrom('storage_levels')
    .selectAll()
    .where('repository_id', 'in', repositoryIds)
    .orderBy('repository_id')
    .execute();
  return rows.map(inNumbers);
}

/** Writes the level down; one of nothing goes. */
export async function putLevel(tx: Writing, row: StorageLevelRow): Promise<void> {
  if (row.bytes === 0) {
    const removal = tx
      .deleteFrom('storage_levels')
      .where('repository_id', '=', row.repository_id)
      .where('storage_class', '=', row.storage_class);
    await runUnawaited(tx, removal);
    return;
  }
  await runUnawaited(
    tx,
    tx
      .insertInto('storage_levels')
      .values(row)
      .onConflict((c) =>
        c
          .columns(['repository_id', 'storage_class'])
          .doUpdateSet((e) => ({ bytes: e.ref('excluded.bytes'), since: e.ref('excluded.since') })),
      ),
  );
}

/** Where a page of levels goes on. */
export type LevelPosition = Pick<StorageLevelRow, 'repository_id' | 'storage_class'>;

/** Levels in the order of their key, behind `after`; of one account where it is named. */
export async function levelsAfter(
  tx: Reading,
  after: LevelPosition,
  { account, limit }: { readonly account?: string | undefined; readonly limit: number },
): Promise<StorageLevelRow[]> {
  let query = tx.selectFrom('storage_levels').selectAll();
  if (account !== undefined) query = query.where('account', '=', account);
  const rows = await query
    .where((e) =>
      e(e.refTuple('repository_id', 'storage_class'), '>', e.tuple(after.repository_id, after.storage_class)),
    )
    .orderBy('repository_id')
    .orderBy('storage_class')
    .limit(limit)
    .execute();
  return rows.map(inNumbers);
}

/** Levels of repositories that are not there, behind `after`. */
export async function orphanedLevelsAfter(tx: Reading, after: string, limit: number): Promise<StorageLevelRow[]> {
  const rows = await tx
    .selectFrom('storage_levels')
    .leftJoin('repositories', 'repositories.id', 'storage_levels.repository_id')
    .selectAll('storage_levels')
    .where('repositories.id', 'is', null)
    .where('storage_levels.repository_id', '>', after)
    .orderBy('storage_levels.repository_id')
    .limit(limit)
    .execute();
  return rows.map(inNumbers);
}

function inNumbers(row: StorageLevelRow): StorageLevelRow {
  return { ...row, bytes: Number(row.bytes), since: Number(row.since) };
}
