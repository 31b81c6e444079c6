import { sql } from 'kysely';
import type { AttachmentRow } from './identity-tables.ts';
import type { Reading, Writing } from './port.ts';

/** What policies are put on. */
export type EntityKind = 'user' | 'group' | 'role';

export interface EntityRow {
  id: string;
  account: string;
  name: string;
  path: string;
  created_at: number;
  /** Groups have none. */
  boundary_arn: string | null;
  /** Of a service-linked role. */
  service: string | null;
}

const TABLES = {
  user: sql`select user_id as id, account, name, name_key, path, created_at, boundary_arn, null as service from iam_users`,
  group: sql`select group_id as id, account, name, name_key, path, created_at, null as boundary_arn, null as service
    from iam_groups`,
  role: sql`select role_id as id, account, name, name_key, path, created_at, boundary_arn, service from iam_roles`,
};

/** The user, group or role with this name, whatever its case. */
export async function findEntity(
  tx: Reading,
  kind: EntityKind,
  account: string,
  name: string,
): Promise<EntityRow | undefined> {
  const { rows } = await sql<EntityRow>`
    ${TABLES[kind]} where account = ${account} and name_key = ${name.toLowerCase()}`.execute(tx);
  return rows[0];
}

/** All users, groups or roles of an account by name. */
export async function entitiesOf(tx: Reading, kind: EntityKind, account: string): Promise<EntityRow[]> {
  const { rows } = await sql<EntityRow>`
    ${TABLES[kind]} where account = ${account} order by name_key`.execute(tx);
  return rows;
}

/** Attaches the policy; what is attached already stays so. */
export async function addAttachment(tx: Writing, row: AttachmentRow): Promise<void> {
  await tx
    .insertInto('iam_attachments')
    .values(row)
    .onConflict((c) => c.columns(['entity_id', 'policy_arn']).doNothing())
    .execute();
}

/** Whether it was attached. */
export async function removeAttachment(tx: Writing, entityId: string, policyArn: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('iam_attachments')
    .where('entity_id', '=', entityId)
    .where('policy_arn', '=', policyArn)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** ARNs of the managed policies on a user, group or role. */
export async function attachedPolicies(tx: Reading, entityId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('iam_attachments')
    .select('policy_arn')
    .where('entity_id', '=', entityId)
    .orderBy('policy_arn')
    .execute();
  return rows.map((row) => row.policy_arn);
}

/** Where a managed policy is attached in an account, by id of the entity. */
export async function attachedTo(tx: Reading, account: string, policyArn: string): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('iam_attachments')
    .select('entity_id')
    .where('account', '=', account)
    .where('policy_arn', '=', policyArn)
    .execute();
  return new Set(rows.map((row) => row.entity_id));
}

/** All attachments of an account: for reports about the whole of it. */
export function attachmentsOf(tx: Reading, account: string): Promise<AttachmentRow[]> {
  return tx.selectFrom('iam_attachments').selectAll().where('account', '=', account).orderBy('policy_arn').execute();
}

/** Sets or takes away what bounds a user or role. */
export async function setBoundary(
  tx: Writing,
  kind: 'user' | 'role',
  entityId: string,
  policyArn: string | null,
): Promise<void> {
  if (kind === 'user') {
    await tx.updateTable('iam_users').set({ boundary_arn: policyArn }).where('user_id', '=', entityId).execute();
  } else {
    await tx.updateTable('iam_roles').set({ boundary_arn: policyArn }).where('role_id', '=', entityId).execute();
  }
}
