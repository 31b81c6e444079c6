import type { RegistryId } from '../../values/registry-id.ts';
import type { CacheRuleRow } from './configuration-tables.ts';
import type { Reading, Writing } from './port.ts';

/** The rules with these prefixes, in byte order. */
export function rulesNamed(
  tx: Reading,
  { account, region }: RegistryId,
  prefixes: readonly string[],
): Promise<CacheRuleRow[]> {
  return tx
    .selectFrom('pull_through_cache_rules')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('prefix', 'in', prefixes)
    .orderBy('prefix')
    .execute();
}

/** Up to `limit` rules whose prefixes come after `after`, in byte order. */
export function rulesAfter(
  tx: Reading,
  { account, region }: RegistryId,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<CacheRuleRow[]> {
  return tx
    .selectFrom('pull_through_cache_rules')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('prefix', '>', page.after ?? '')
    .orderBy('prefix')
    .limit(page.limit)
    .execute();
}

export async function countRules(tx: Reading, { account, region }: RegistryId): Promise<number> {
  const { count } = await tx
    .selectFrom('pull_through_cache_rules')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('region', '=', region)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Adds the rule; false when the registry has one with this prefix. */
export async function addRule(tx: Writing, row: CacheRuleRow): Promise<boolean> {
  const result = await tx
    .insertInto('pull_through_cache_rules')
    .values(row)
    .onConflict((c) => c.columns(['account', 'region', 'prefix']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Makes the rule with this prefix what the row says. */
export async function changeRule(tx: Writing, row: CacheRuleRow): Promise<void> {
  const { account, region, prefix, ...changed } = row;
  await tx
    .updateTable('pull_through_cache_rules')
    .set(changed)
    .where('account', '=', account)
    .where('region', '=', region)
    .where('prefix', '=', prefix)
    .execute();
}

export async function removeRule(tx: Writing, { account, region }: RegistryId, prefix: string): Promise<void> {
  await tx
    .deleteFrom('pull_through_cache_rules')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('prefix', '=', prefix)
    .execute();
}
