import { sql } from 'kysely';
import type { PolicyRow, PolicyVersionRow } from './identity-tables.ts';
import { countNamed } from './named-rows.ts';
import type { Reading, Writing } from './port.ts';

/** The account's own policy of this path and name, as an ARN has them: with their case. */
export function findManagedPolicy(
  tx: Reading,
  { account, path, name }: { readonly account: string; readonly path: string; readonly name: string },
): Promise<PolicyRow | undefined> {
  return tx
    .selectFrom('iam_policies')
    .selectAll()
    .where('account', '=', account)
    .where('name_key', '=', name.toLowerCase())
    .where('name', '=', name)
    .where('path', '=', path)
    .executeTakeFirst();
}

/** Adds the policy; false when the account has one of this name, on whatever path. */
export async function addManagedPolicy(tx: Writing, row: PolicyRow): Promise<boolean> {
  const result = await tx
    .insertInto('iam_policies')
    .values(row)
    .onConflict((c) => c.columns(['account', 'name_key']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function changeManagedPolicy(
  tx: Writing,
  policyId: string,
  changes: Partial<Pick<PolicyRow, 'default_version' | 'next_version' | 'updated_at'>>,
): Promise<void> {
  await tx.updateTable('iam_policies').set(changes).where('policy_id', '=', policyId).execute();
}

/** Removes the policy with all its versions. */
export async function removeManagedPolicy(tx: Writing, policyId: string): Promise<void> {
  await tx.deleteFrom('iam_policy_versions').where('policy_id', '=', policyId).execute();
  await tx.deleteFrom('iam_policies').where('policy_id', '=', policyId).execute();
}

/** All policies of an account by name. They are few (1,500 at most), and their documents are not among this. */
export function managedPoliciesOf(tx: Reading, account: string): Promise<PolicyRow[]> {
  return tx.selectFrom('iam_policies').selectAll().where('account', '=', account).orderBy('name_key').execute();
}

export function countManagedPolicies(tx: Reading, account: string): Promise<number> {
  return countNamed(tx, 'iam_policies', account);
}

/** The versions of a policy, the newest first. */
export function policyVersions(tx: Reading, policyId: string): Promise<PolicyVersionRow[]> {
  return tx
    .selectFrom('iam_policy_versions')
    .selectAll()
    .where('policy_id', '=', policyId)
    .orderBy('version', 'desc')
    .execute();
}

export async function addPolicyVersion(tx: Writing, row: PolicyVersionRow): Promise<void> {
  await tx.insertInto('iam_policy_versions').values(row).execute();
}

export async function removePolicyVersion(tx: Writing, policyId: string, version: number): Promise<void> {
  await tx.deleteFrom('iam_policy_versions').where('policy_id', '=', policyId).where('version', '=', version).execute();
}

/** How often a policy is attached, and how often it is a boundary, in one account. */
export interface PolicyUse {
  readonly attached: number;
  readonly bounding: number;
}

/** The use of the account's policies and of AWS's, by ARN; of one ARN alone when it is given. None: not used. */
export async function policyUse(tx: Reading, account: string, arn?: string): Promise<ReadonlyMap<string, PolicyUse>> {
  const only = (column: string) => (arn === undefined ? sql`1 = 1` : sql`${sql.ref(column)} = ${arn}`);
  const { rows } = await sql<{ arn: string; attached: number; bounding: number }>`
    select arn, sum(attached) as attached, sum(bounding) as bounding from (
      select policy_arn as arn, 1 as attached, 0 as bounding from iam_attachments
      where account = ${account} and ${only('policy_arn')}
      union all select boundary_arn, 0, 1 from iam_users
      where account = ${account} and boundary_arn is not null and ${only('boundary_arn')}
      union all select boundary_arn, 0, 1 from iam_roles
      where account = ${account} and boundary_arn is not null and ${only('boundary_arn')}
    ) as used group by arn`.execute(tx);
  return new Map(
    rows.map((row) => [row.arn, { attached: Number(row.attached), bounding: Number(row.bounding) }] as const),
  );
}
