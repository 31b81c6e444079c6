import { type SqlBool, sql } from 'kysely';
import { chunks } from './chunks.ts';
import type { CostTagRow, MeteredStorageRow, MeteredUnit, MeteredUsageRow } from './metering-tables.ts';
import type { Reading, Writing } from './port.ts';
import { runUnawaited } from './unawaited.ts';

/** Adds to what was counted of the same thing in the same time. */
export async function addStorage(tx: Writing, rows: readonly MeteredStorageRow[]): Promise<void> {
  for (const some of chunks(rows)) {
    await runUnawaited(
      tx,
      tx
        .insertInto('metered_storage')
        .values([...some])
        .onConflict((c) =>
          c.columns(['account', 'region', 'ends_at', 'starts_at', 'repository_name', 'kind']).doUpdateSet((e) => ({
            coarse: e('metered_storage.coarse', '+', e.ref('excluded.coarse')),
            fine: e('metered_storage.fine', '+', e.ref('excluded.fine')),
          })),
        ),
    );
  }
}

/** Adds to what was counted of the same thing, in the same time, by the same process. */
export async function addUsage(tx: Writing, rows: readonly MeteredUsageRow[]): Promise<void> {
  for (const some of chunks(rows)) {
    await runUnawaited(
      tx,
      tx
        .insertInto('metered_usage')
        .values([...some])
        .onConflict((c) =>
          c
            .columns(['account', 'region', 'ends_at', 'starts_at', 'repository_name', 'kind', 'operation', 'node'])
            .doUpdateSet((e) => ({ quantity: e('metered_usage.quantity', '+', e.ref('excluded.quantity')) })),
        ),
    );
  }
}

/** Notes that the batch is written down; false when it was before. */
export async function addBatch(tx: Writing, id: string, at: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows: added } = await tx
    .insertInto('metered_batches')
    .values({ id, at: at.getTime() })
    .onConflict((c) => c.column('id').doNothing())
    .executeTakeFirst();
  return added === 1n;
}

/** Forgets batches of before `before`. */
export async function removeBatches(tx: Writing, before: number): Promise<void> {
  await tx.deleteFrom('metered_batches').where('at', '<', before).execute();
}

export interface Span {
  /** Of all accounts when not said. */
  readonly account?: string | undefined;
  readonly from: number;
  readonly to: number;
}

interface Page<Row> {
  /** The last row of the page before. */
  readonly after: Row | undefined;
  readonly limit: number;
}

/** A page of what was counted of storage in the span, in the order of the key. */
export async function storageAfter(
  tx: Reading,
  { account, from, to }: Span,
  { after, limit }: Page<MeteredStorageRow>,
): Promise<MeteredStorageRow[]> {
  let query = tx.selectFrom('metered_storage').selectAll().where('ends_at', '>', from).where('starts_at', '<', to);
  if (account !== undefined) query = query.where('account', '=', account);
  if (after !== undefined) query = query.where(isBehind(STORAGE_KEY, after));
  for (const column of STORAGE_KEY) query = query.orderBy(column);
  return (await query.limit(limit).execute()).map(storageInNumbers);
}

/** A page of what else was counted in the span, in the order of the key. */
export async function usageAfter(
  tx: Reading,
  { account, from, to }: Span,
  { after, limit }: Page<MeteredUsageRow>,
): Promise<MeteredUsageRow[]> {
  let query = tx.selectFrom('metered_usage').selectAll().where('ends_at', '>', from).where('starts_at', '<', to);
  if (account !== undefined) query = query.where('account', '=', account);
  if (after !== undefined) query = query.where(isBehind(USAGE_KEY, after));
  for (const column of USAGE_KEY) query = query.orderBy(column);
  return (await query.limit(limit).execute()).map(usageInNumbers);
}

function isBehind<Row>(key: readonly (keyof Row & string)[], after: Row) {
  return sql<SqlBool>`(${sql.join(key.map((it) => sql.ref(it)))}) > (${sql.join(key.map((it) => after[it]))})`;
}

export interface Old {
  readonly unit: MeteredUnit;
  /** Those that ended by then. */
  readonly before: number;
  readonly limit: number;
}

/** Takes away some rows of storage that are in `unit` and old, and answers them. */
export async function takeOldStorage(tx: Writing, { unit, before, limit }: Old): Promise<MeteredStorageRow[]> {
  const rows = await tx
    .selectFrom('metered_storage')
    .selectAll()
    .where('unit', '=', unit)
    .where('ends_at', '<=', before)
    .orderBy('ends_at')
    .limit(limit)
    .execute();
  for (const row of rows) {
    let removal = tx.deleteFrom('metered_storage');
    for (const column of STORAGE_KEY) removal = removal.where(column, '=', row[column]);
    await removal.execute();
  }
  return rows.map(storageInNumbers);
}

/** The same of what else was counted. */
export async function takeOldUsage(tx: Writing, { unit, before, limit }: Old): Promise<MeteredUsageRow[]> {
  const rows = await tx
    .selectFrom('metered_usage')
    .selectAll()
    .where('unit', '=', unit)
    .where('ends_at', '<=', before)
    .orderBy('ends_at')
    .limit(limit)
    .execute();
  for (const row of rows) {
    let removal = tx.deleteFrom('metered_usage');
    for (const column of USAGE_KEY) removal = removal.where(column, '=', row[column]);
    await removal.execute();
  }
  return rows.map(usageInNumbers);
}

/** Tags of the account's repositories, or of those of all accounts; of one that is gone those that it had. */
export async function costTags(tx: Reading, account: string | undefined): Promise<CostTagRow[]> {
  let gone = tx.selectFrom('cost_tags').selectAll();
  let present = tx
    .selectFrom('repository_tags')
    .innerJoin('repositories', 'repositories.id', 'repository_tags.repository_id')
    .select([
      'repositories.account',
      'repositories.region',
      'repositories.name as repository_name',
      'repository_tags.key',
      'repository_tags.value',
    ]);
  if (account !== undefined) {
    gone = gone.where('account', '=', account);
    present = present.where('repositories.account', '=', account);
  }
  return [...(await gone.execute()), ...(await present.execute())];
}

/** Keeps the tags of a repository that is about to go, instead of those of a namesake before it. */
export async function keepCostTags(tx: Writing, repositoryId: string): Promise<void> {
  await sql`
    insert into cost_tags (account, region, repository_name, key, value)
    select r.account, r.region, r.name, t.key, t.value
    from repositories r join repository_tags t on t.repository_id = r.id where r.id = ${repositoryId}
    on conflict (account, region, repository_name, key) do update set value = excluded.value`.execute(tx);
}

/** By time before by region: what is asked for is an account's last days, of hours for months and days for years. */
const STORAGE_KEY = ['account', 'ends_at', 'starts_at', 'region', 'repository_name', 'kind'] as const;
const USAGE_KEY = [...STORAGE_KEY, 'operation', 'node'] as const;

function storageInNumbers(row: MeteredStorageRow): MeteredStorageRow {
  const { ends_at, starts_at, coarse, fine } = row;
  return {
    ...row,
    ends_at: Number(ends_at),
    starts_at: Number(starts_at),
    coarse: Number(coarse),
    fine: Number(fine),
  };
}

function usageInNumbers(row: MeteredUsageRow): MeteredUsageRow {
  const { ends_at, starts_at, quantity } = row;
  return { ...row, ends_at: Number(ends_at), starts_at: Number(starts_at), quantity: Number(quantity) };
}
