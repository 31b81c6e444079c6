import { attachedTo, type EntityKind, entitiesOf } from '../../storage/metadata/attachments.ts';
import { awsManagedPolicy } from '../aws-managed-policies.ts';
import type { Iam } from './iam.ts';
import { getOwnPolicy, parsePolicyArn } from './managed-policy.ts';

/** Which of those that a policy is on are asked for. */
export interface EntityFilter {
  /** All kinds when undefined. */
  readonly kind: EntityKind | undefined;
  readonly pathPrefix: string;
  /** On whom it is as a policy, or whom it bounds; both when undefined. */
  readonly usage: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined;
}

export interface PolicyEntity {
  readonly kind: EntityKind;
  readonly id: string;
  readonly name: string;
}

/** Groups, users and roles that a managed policy is on, each kind by name. @throws PolicyNotFound, InvalidInput */
export async function entitiesForPolicy(
  iam: Iam,
  account: string,
  policyArn: string,
  { kind: only, pathPrefix, usage }: EntityFilter,
): Promise<PolicyEntity[]> {
  parsePolicyArn(iam, policyArn);
  return iam.metadata.read(async (tx) => {
    if (!awsManagedPolicy(policyArn)) await getOwnPolicy(iam, tx, account, policyArn);
    const attached = await attachedTo(tx, account, policyArn);
    const found: PolicyEntity[] = [];
    for (const kind of KINDS.filter((it) => only === undefined || it === only)) {
      for (const row of await entitiesOf(tx, kind, account)) {
        const isAttached = usage !== 'PermissionsBoundary' && attached.has(row.id);
        const isBounded = usage !== 'PermissionsPolicy' && row.boundary_arn === policyArn;
        if ((isAttached || isBounded) && row.path.startsWith(pathPrefix)) {
          found.push({ kind, id: row.id, name: row.name });
        }
      }
    }
    return found;
  });
}

/** In the order of lists, which is that of their names. */
const KINDS = ['group', 'role', 'user'] as const satisfies readonly EntityKind[];

/** Where one stands in the list. */
export function policyEntityPosition({ kind, name }: PolicyEntity): string {
  return `${kind} ${name.toLowerCase()}`;
}
