import type { RoleRow } from '../../storage/metadata/identity-tables.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { showPrincipals } from '../name-principals.ts';
import { type Iam, iamArn } from './iam.ts';
import { type IamTag, tagsOf } from './tags.ts';

/** A role as answers describe it. */
export interface Role {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: Date;
  /** With the ARNs that those whom it trusts have now; who is gone stands there by his id. */
  readonly trustPolicy: string;
  readonly description: string | undefined;
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly boundaryArn: string | undefined;
  readonly tags: readonly IamTag[];
  readonly lastUsed: { readonly at: Date; readonly region: string } | undefined;
}

export async function describeRole(iam: Pick<Iam, 'rules'>, tx: Reading, row: RoleRow): Promise<Role> {
  return { ...(await describeUntagged(iam, tx, row)), tags: await tagsOf(tx, row.role_id) };
}

/** The same without its tags, which lists do not show: they would cost a query for each role. */
export async function describeUntagged(iam: Pick<Iam, 'rules'>, tx: Reading, row: RoleRow): Promise<Role> {
  const principals = JSON.parse(row.trust_principals) as Readonly<Record<string, string>>;
  return {
    id: row.role_id,
    arn: iamArn(iam, 'role', row),
    name: row.name,
    path: row.path,
    createdAt: new Date(row.created_at),
    trustPolicy: await showPrincipals(tx, row.trust_policy, principals, iam.rules),
    description: row.description ?? undefined,
    maxSessionDuration: row.max_session_duration,
    boundaryArn: row.boundary_arn ?? undefined,
    tags: [],
    lastUsed:
      row.last_used_at === null || row.last_used_region === null
        ? undefined
        : { at: new Date(row.last_used_at), region: row.last_used_region },
  };
}
