import type { RegistryId } from '../../values/registry-id.ts';
import type { Reading, Writing } from './port.ts';
import type { PullTimeExclusionRow } from './tables.ts';

/** Adds it; false when the registry has it. */
export async function addPullTimeExclusion(tx: Writing, row: PullTimeExclusionRow): Promise<boolean> {
  const result = await tx
    .insertInto('pull_time_exclusions')
    .values(row)
    .onConflict((c) => c.columns(['account', 'region', 'principal_arn']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Removes it; false when the registry has none of this principal. */
export async function removePullTimeExclusion(
  tx: Writing,
  { account, region }: RegistryId,
  principalArn: string,
): Promise<boolean> {
  const result = await tx
    .deleteFrom('pull_time_exclusions')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('principal_arn', '=', principalArn)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export async function countPullTimeExclusions(tx: Reading, { account, region }: RegistryId): Promise<number> {
  const { count } = await tx
    .selectFrom('pull_time_exclusions')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('region', '=', region)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Up to `limit` excluded principals that come after `after`, in byte order. */
export async function pullTimeExclusionsAfter(
  tx: Reading,
  { account, region }: RegistryId,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<string[]> {
  const rows = await tx
    .selectFrom('pull_time_exclusions')
    .select('principal_arn')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('principal_arn', '>', page.after ?? '')
    .orderBy('principal_arn')
    .limit(page.limit)
    .execute();
  return rows.map((row) => row.principal_arn);
}

/** All excluded principals of the registry: a hundred at most. */
export async function pullTimeExclusionsOf(tx: Reading, { account, region }: RegistryId): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('pull_time_exclusions')
    .select('principal_arn')
    .where('account', '=', account)
    .where('region', '=', region)
    .execute();
  return new Set(rows.map((row) => row.principal_arn));
}
