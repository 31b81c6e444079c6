import { changeIdentity } from '../../storage/metadata/accounts.ts';
import {
  addAttachment,
  attachedPolicies,
  type EntityKind,
  removeAttachment,
} from '../../storage/metadata/attachments.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import { type EntityName, getEntity, getEntityToChange } from './entities.ts';
import type { Iam } from './iam.ts';
import { attachableId, parsePolicyArn } from './managed-policy.ts';
import { PolicyNotAttachable, PolicyNotFound, PolicyNotThereToAttach, QuotaExceeded } from './refusals.ts';

const ATTACHED_AT_MOST = 10;
const QUOTAS = {
  user: 'PoliciesPerUser',
  group: 'PoliciesPerGroup',
  role: 'PoliciesPerRole',
} as const satisfies Record<EntityKind, string>;

/** Under this path lie the policies of AWS that only service-linked roles have. */
const OF_SERVICES = '/aws-service-role/';

/**
 * Puts a managed policy, the account's or one of AWS's, on a user, group or role. One that is there already stays.
 *
 * @throws EntityNotFound, RoleUnmodifiable, PolicyNotThereToAttach, PolicyNotAttachable, QuotaExceeded, InvalidInput
 */
export async function attachPolicy(iam: Iam, entity: EntityName, policyArn: string): Promise<void> {
  const { kind, account } = entity;
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { id } = await getEntityToChange(tx, entity);
    const policyId = await attachableId(iam, tx, account, policyArn);
    if (policyId === undefined) throw PolicyNotThereToAttach({ policyArn });
    if (policyId === null && parseIdentityArn(policyArn)?.path.startsWith(OF_SERVICES)) {
      throw PolicyNotAttachable({ policyArn });
    }
    await addAttachment(tx, { entity_id: id, account, policy_arn: policyArn, policy_id: policyId });
    if ((await attachedPolicies(tx, id)).length > ATTACHED_AT_MOST) {
      throw QuotaExceeded({ quota: QUOTAS[kind], limit: ATTACHED_AT_MOST });
    }
  });
}

/** Takes it off again. @throws EntityNotFound, RoleUnmodifiable, PolicyNotFound when it is not there, InvalidInput */
export async function detachPolicy(iam: Iam, entity: EntityName, policyArn: string): Promise<void> {
  parsePolicyArn(iam, policyArn);
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, entity.account);
    const { id } = await getEntityToChange(tx, entity);
    if (!(await removeAttachment(tx, id, policyArn))) throw PolicyNotFound({ policyArn });
  });
}

/** A managed policy as lists of attachments name it. */
export interface AttachedPolicy {
  readonly name: string;
  readonly arn: string;
}

/** The managed policies on a user, group or role whose paths begin with `pathPrefix`, by name. @throws EntityNotFound */
export async function listAttached(
  iam: Pick<Iam, 'metadata'>,
  entity: EntityName,
  pathPrefix = '/',
): Promise<AttachedPolicy[]> {
  const arns = await iam.metadata.read(async (tx) => attachedPolicies(tx, (await getEntity(tx, entity)).id));
  return attachedByName(arns.filter((it) => parseIdentityArn(it)?.path.startsWith(pathPrefix)));
}

/** Names of policies by their ARNs, in the order of lists: by name, and by ARN where AWS's and the account's share one. */
export function attachedByName(arns: readonly string[]): AttachedPolicy[] {
  const named = arns.flatMap((arn) => {
    const name = parseIdentityArn(arn)?.name;
    return name === undefined ? [] : [{ name, arn }];
  });
  return named.sort((a, b) => compare(attachedPosition(a), attachedPosition(b)));
}

/** Where a policy stands in a list by name; short, since markers hold it. */
export function attachedPosition({ name, arn }: AttachedPolicy): string {
  return `${name.toLowerCase()} ${parseIdentityArn(arn)?.account ?? ''}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
