import type { RegistryId } from '../../values/registry-id.ts';
import type { EventRuleRow, EventRuleTagRow, EventTargetRow } from './event-tables.ts';
import { underPath } from './path-prefix.ts';
import type { Reading, Writing } from './port.ts';

interface OfRule extends RegistryId {
  readonly name: string;
}

export function findEventRule(tx: Reading, { account, region, name }: OfRule): Promise<EventRuleRow | undefined> {
  return tx
    .selectFrom('event_rules')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** The same, for who changes what belongs to it: of two who do this at once one comes after the other. */
export async function holdEventRule(tx: Writing, rule: OfRule): Promise<EventRuleRow | undefined> {
  await tx
    .updateTable('event_rules')
    .set((e) => ({ created_at: e.ref('created_at') }))
    .where('account', '=', rule.account)
    .where('region', '=', rule.region)
    .where('name', '=', rule.name)
    .execute();
  return findEventRule(tx, rule);
}

/** Adds the rule, or puts what it says in the place of what one of the name said. */
export async function putEventRule(tx: Writing, row: EventRuleRow): Promise<void> {
  const { pattern, is_enabled, state, description, role_arn } = row;
  await tx
    .insertInto('event_rules')
    .values(row)
    .onConflict((c) =>
      c.columns(['account', 'region', 'name']).doUpdateSet({ pattern, is_enabled, state, description, role_arn }),
    )
    .execute();
}

/** False when there is no such rule. */
export async function setEventRuleState(
  tx: Writing,
  { account, region, name }: OfRule,
  { state, isEnabled }: { readonly state: string; readonly isEnabled: boolean },
): Promise<boolean> {
  const result = await tx
    .updateTable('event_rules')
    .set({ state, is_enabled: isEnabled ? 1 : 0 })
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Removes the rule with its tags; its targets must be gone. */
export async function removeEventRule(tx: Writing, { account, region, name }: OfRule): Promise<void> {
  await tx
    .deleteFrom('event_rule_tags')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('rule_name', '=', name)
    .execute();
  await tx
    .deleteFrom('event_rules')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('name', '=', name)
    .execute();
}

export async function countEventRules(tx: Reading, { account, region }: RegistryId): Promise<number> {
  const row = await tx
    .selectFrom('event_rules')
    .select((e) => e.fn.countAll().as('count'))
    .where('account', '=', account)
    .where('region', '=', region)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export interface RulePage {
  readonly prefix?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Rules by name. */
export function listEventRules(
  tx: Reading,
  { account, region }: RegistryId,
  { prefix, after, limit }: RulePage,
): Promise<EventRuleRow[]> {
  let query = tx.selectFrom('event_rules').selectAll().where('account', '=', account).where('region', '=', region);
  if (prefix !== undefined) query = query.where((e) => underPath(e.ref('name'), prefix));
  if (after !== undefined) query = query.where('name', '>', after);
  return query.orderBy('name').limit(limit).execute();
}

/** Every target of a rule that is enabled, with what the rule looks for. */
export function enabledEventTargets(
  tx: Reading,
  { account, region }: RegistryId,
): Promise<(Pick<EventTargetRow, 'rule_name' | 'target'> & Pick<EventRuleRow, 'pattern' | 'state'>)[]> {
  return tx
    .selectFrom('event_rules as rule')
    .innerJoin('event_targets as target', (join) =>
      join
        .onRef('target.account', '=', 'rule.account')
        .onRef('target.region', '=', 'rule.region')
        .onRef('target.rule_name', '=', 'rule.name'),
    )
    .select(['target.rule_name', 'target.target', 'rule.pattern', 'rule.state'])
    .where('rule.account', '=', account)
    .where('rule.region', '=', region)
    .where('rule.is_enabled', '=', 1)
    .orderBy('target.rule_name')
    .orderBy('target.target_id')
    .execute();
}

/** The targets of a rule by id. */
export function targetsOfRule(tx: Reading, { account, region, name }: OfRule): Promise<EventTargetRow[]> {
  return tx
    .selectFrom('event_targets')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('rule_name', '=', name)
    .orderBy('target_id')
    .execute();
}

/** Names of the rules that have a target of this ARN, in order. */
export async function rulesWithTarget(
  tx: Reading,
  { account, region }: RegistryId,
  { arn, after, limit }: { readonly arn: string; readonly after?: string | undefined; readonly limit: number },
): Promise<string[]> {
  let query = tx
    .selectFrom('event_targets')
    .select('rule_name')
    .distinct()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('arn', '=', arn);
  if (after !== undefined) query = query.where('rule_name', '>', after);
  const rows = await query.orderBy('rule_name').limit(limit).execute();
  return rows.map((it) => it.rule_name);
}

export async function putEventTarget(tx: Writing, row: EventTargetRow): Promise<void> {
  const { arn, target } = row;
  await tx
    .insertInto('event_targets')
    .values(row)
    .onConflict((c) => c.columns(['account', 'region', 'rule_name', 'target_id']).doUpdateSet({ arn, target }))
    .execute();
}

/** False when the rule has no such target. */
export async function removeEventTarget(
  tx: Writing,
  { account, region, name }: OfRule,
  targetId: string,
): Promise<boolean> {
  const result = await tx
    .deleteFrom('event_targets')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('rule_name', '=', name)
    .where('target_id', '=', targetId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** A rule's tags, in the order of their keys. */
export function eventRuleTags(tx: Reading, { account, region, name }: OfRule): Promise<EventRuleTagRow[]> {
  return tx
    .selectFrom('event_rule_tags')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('rule_name', '=', name)
    .orderBy('tag_key')
    .execute();
}

export async function putEventRuleTag(tx: Writing, row: EventRuleTagRow): Promise<void> {
  await tx
    .insertInto('event_rule_tags')
    .values(row)
    .onConflict((c) =>
      c.columns(['account', 'region', 'rule_name', 'tag_key']).doUpdateSet({ tag_value: row.tag_value }),
    )
    .execute();
}

export async function removeEventRuleTags(
  tx: Writing,
  { account, region, name }: OfRule,
  tagKeys: readonly string[],
): Promise<void> {
  await tx
    .deleteFrom('event_rule_tags')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('rule_name', '=', name)
    .where('tag_key', 'in', tagKeys)
    .execute();
}
