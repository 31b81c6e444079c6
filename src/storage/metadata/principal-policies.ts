import { sql } from 'kysely';
import type { Reading } from './port.ts';

/** A document that counts for a user or role. */
export interface PrincipalPolicyRow {
  /** Id of the user, group or role that it is on. */
  entity_id: string;
  /** Name of an inline policy, ARN of a managed one. */
  name: string;
  /** null of a managed policy of AWS: those are data of the program. */
  document: string | null;
  is_inline: number;
}

/** All that is on the user or role with this id, and on the user's groups; the boundary's ARN; and his tags. */
export async function principalPolicies(
  tx: Reading,
  id: string,
): Promise<{
  readonly policies: readonly PrincipalPolicyRow[];
  readonly boundaryArn: string | null;
  readonly tags: readonly (readonly [string, string])[];
}> {
  const { rows: policies } = await sql<PrincipalPolicyRow>`
    with entities as (
      select cast(${id} as text) as id
      union all select group_id from iam_group_members where user_id = ${id}
    )
    select i.entity_id, i.name, i.document, 1 as is_inline
    from iam_inline_policies i where i.entity_id in (select id from entities)
    union all
    select t.entity_id, t.policy_arn, v.document, 0
    from iam_attachments t
    left join iam_policies p on p.policy_id = t.policy_id
    left join iam_policy_versions v on v.policy_id = p.policy_id and v.version = p.default_version
    where t.entity_id in (select id from entities)
    order by 4 desc, 2`.execute(tx);
  const { rows } = await sql<{ boundary_arn: string | null }>`
    select boundary_arn from iam_users where user_id = ${id}
    union all select boundary_arn from iam_roles where role_id = ${id}`.execute(tx);
  const tags = await tx.selectFrom('iam_tags').select(['key', 'value']).where('entity_id', '=', id).execute();
  return {
    policies,
    boundaryArn: rows[0]?.boundary_arn ?? null,
    tags: tags.map(({ key, value }) => [key, value] as const),
  };
}

/** The document in force of an account's own managed policy; undefined when there is none of that path and name. */
export async function managedPolicyDocument(
  tx: Reading,
  { account, path, name }: { readonly account: string; readonly path: string; readonly name: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ document: string }>`
    select v.document from iam_policies p
    join iam_policy_versions v on v.policy_id = p.policy_id and v.version = p.default_version
    where p.account = ${account} and p.name_key = ${name.toLowerCase()} and p.path = ${path} and p.name = ${name}`.execute(
    tx,
  );
  return rows[0]?.document;
}
