import { changeIdentity } from '../../storage/metadata/accounts.ts';
import { addAttachment, attachedPolicies, removeAttachment } from '../../storage/metadata/attachments.ts';
import type { RoleDeletionRow, RoleRow } from '../../storage/metadata/identity-tables.ts';
import type { Writing } from '../../storage/metadata/port.ts';
import { addRoleDeletion, findRole, findRoleDeletion, removeRole } from '../../storage/metadata/roles.ts';
import { describeRole, type Role } from './describe-role.ts';
import { type Iam, iamArn } from './iam.ts';
import { EntityNotFound, InvalidInput, NotThere } from './refusals.ts';
import { emptyRole, insertRole } from './roles.ts';
import { removeTags } from './tags.ts';

interface LinkedService {
  readonly roleName: string;
  /** Name of the policy of AWS's that the role has. */
  readonly policyName: string;
}

/** The services that have a role of their own in accounts. */
const SERVICES: ReadonlyMap<string, LinkedService> = new Map([
  [
    'replication.ecr.amazonaws.com',
    { roleName: 'AWSServiceRoleForECRReplication', policyName: 'ECRReplicationServiceRolePolicy' },
  ],
  [
    'pullthroughcache.ecr.amazonaws.com',
    { roleName: 'AWSServiceRoleForECRPullThroughCache', policyName: 'AWSECRPullThroughCache_ServiceRolePolicy' },
  ],
  ['ecr.amazonaws.com', { roleName: 'AWSServiceRoleForECRTemplate', policyName: 'ECRTemplateServiceRolePolicy' }],
]);

/**
 * Makes the role of a service in the account, inside a write whose first step was `changeIdentity`; undefined when the
 * account has it already. For what a service does first: a replication configuration, a pull-through cache rule.
 *
 * @throws InvalidInput for a service that has none, QuotaExceeded
 */
export async function createServiceLinkedRole(
  tx: Writing,
  iam: Pick<Iam, 'clock' | 'ids' | 'rules'>,
  { account, service, description }: { account: string; service: string; description?: string | undefined },
): Promise<Role | undefined> {
  const linked = SERVICES.get(service);
  if (!linked) throw InvalidInput({ what: `Service ${service} does not support service-linked roles.` });
  if (await findRole(tx, account, linked.roleName)) return undefined;
  const row: RoleRow = {
    ...emptyRole(iam, account, { name: linked.roleName, path: `/aws-service-role/${service}/` }),
    trust_policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    }),
    description: description ?? null,
    service,
  };
  await insertRole(tx, row);
  await addAttachment(tx, {
    entity_id: row.role_id,
    account,
    policy_arn: iamArn(iam, 'policy', { account: 'aws', path: '/aws-service-role/', name: linked.policyName }),
    policy_id: null,
  });
  return describeRole(iam, tx, row);
}

/** API_CreateServiceLinkedRole. @throws InvalidInput, also when the account has the role already, QuotaExceeded */
export async function askForServiceLinkedRole(
  iam: Iam,
  account: string,
  asked: { readonly service: string; readonly description?: string | undefined; readonly suffix?: string | undefined },
): Promise<Role> {
  const { service, description, suffix } = asked;
  const roleName = linkedRoleName(service);
  if (roleName !== undefined && suffix !== undefined) {
    throw InvalidInput({ what: `Custom suffix is not allowed for ${service}` });
  }
  const role = await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    return createServiceLinkedRole(tx, iam, { account, service, description });
  });
  if (role) return role;
  throw InvalidInput({
    what: `Service role name ${roleName} has been taken in this account, please try a different suffix.`,
  });
}

/** The name of the service's role; undefined when it has none. */
export function linkedRoleName(service: string): string | undefined {
  return SERVICES.get(service)?.roleName;
}

/** Removes the role of a service with all that it has; answers the task that tells how it went. @throws EntityNotFound */
export async function deleteServiceLinkedRole(iam: Iam, account: string, roleName: string): Promise<string> {
  const uuid = iam.ids.uuid();
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const row = await findRole(tx, account, roleName);
    if (!row || row.service === null) throw EntityNotFound({ kind: 'role', name: roleName });
    for (const arn of await attachedPolicies(tx, row.role_id)) await removeAttachment(tx, row.role_id, arn);
    await removeTags(tx, row.role_id);
    await removeRole(tx, row.role_id);
    const taskId = `task/aws-service-role/${row.service}/${row.name}/${uuid}`;
    const createdAt = iam.clock.now().getTime();
    await addRoleDeletion(tx, { task_id: taskId, account, status: 'SUCCEEDED', reason: null, created_at: createdAt });
    return taskId;
  });
}

/** How a deletion went. @throws NotThere for a task that is not of this account */
export async function deletionStatus(iam: Iam, account: string, taskId: string): Promise<RoleDeletionRow['status']> {
  const row = await iam.metadata.read((tx) => findRoleDeletion(tx, account, taskId));
  if (!row) throw NotThere({ what: `Deletion Task Id ${taskId}` });
  return row.status;
}
