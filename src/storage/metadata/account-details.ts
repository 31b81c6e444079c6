import { chunks } from './chunks.ts';
import type { GroupRow, IdentityTagRow, InlinePolicyRow, PolicyVersionRow, UserRow } from './identity-tables.ts';
import type { Reading } from './port.ts';

/*
 * For reports about many users, groups, roles and policies at once: one query for all of them instead of one each.
 */

export function findGroupsById(tx: Reading, groupIds: readonly string[]): Promise<GroupRow[]> {
  return each(groupIds, (ids) => tx.selectFrom('iam_groups').selectAll().where('group_id', 'in', ids).execute());
}

/** Inline policies by entity and name. */
export function inlinePoliciesOf(tx: Reading, entityIds: readonly string[]): Promise<InlinePolicyRow[]> {
  return each(entityIds, (ids) =>
    tx
      .selectFrom('iam_inline_policies')
      .selectAll()
      .where('entity_id', 'in', ids)
      .orderBy('entity_id')
      .orderBy('name')
      .execute(),
  );
}

/** Tags by entity and key. */
export function tagsOfEntities(tx: Reading, entityIds: readonly string[]): Promise<IdentityTagRow[]> {
  return each(entityIds, (ids) =>
    tx
      .selectFrom('iam_tags')
      .selectAll()
      .where('entity_id', 'in', ids)
      .orderBy('entity_id')
      .orderBy('key_key')
      .execute(),
  );
}

/** Versions by policy, the newest first. */
export function versionsOfPolicies(tx: Reading, policyIds: readonly string[]): Promise<PolicyVersionRow[]> {
  return each(policyIds, (ids) =>
    tx
      .selectFrom('iam_policy_versions')
      .selectAll()
      .where('policy_id', 'in', ids)
      .orderBy('policy_id')
      .orderBy('version', 'desc')
      .execute(),
  );
}

/** In which groups users are, by the groups' names. */
export function membershipsOf(
  tx: Reading,
  userIds: readonly string[],
): Promise<{ user_id: string; group_name: string }[]> {
  return each(userIds, (ids) =>
    tx
      .selectFrom('iam_group_members as m')
      .innerJoin('iam_groups as g', 'g.group_id', 'm.group_id')
      .select(['m.user_id', 'g.name as group_name'])
      .where('m.user_id', 'in', ids)
      .orderBy('g.name_key')
      .execute(),
  );
}

/** Who is in one of these groups, each once. */
export function usersInGroups(tx: Reading, groupIds: readonly string[]): Promise<UserRow[]> {
  return each(groupIds, (ids) =>
    tx
      .selectFrom('iam_users')
      .selectAll()
      .where('user_id', 'in', (e) => e.selectFrom('iam_group_members').select('user_id').where('group_id', 'in', ids))
      .orderBy('name_key')
      .execute(),
  );
}

async function each<T, R>(items: readonly T[], query: (some: readonly T[]) => Promise<R[]>): Promise<R[]> {
  const found: R[] = [];
  for (const some of chunks(items)) found.push(...(await query(some)));
  return found;
}
