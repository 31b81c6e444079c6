import { changeIdentity } from '../../storage/metadata/accounts.ts';
import { findRole } from '../../storage/metadata/roles.ts';
import type { World } from '../../world.ts';
import { authorize } from '../authorize.ts';
import type { Caller } from '../caller.ts';
import { iamArn } from './iam.ts';
import { createServiceLinkedRole, linkedRoleName } from './service-linked-roles.ts';

/**
 * Makes the role with which a service acts in the account, where it has none: for what the service will do from now on,
 * and who asks for that must be allowed to give it the role. IAM User Guide, "Service-linked role permissions".
 *
 * @throws AccessDenied, QuotaExceeded
 */
export async function needLinkedRole(
  world: Pick<World, 'metadata' | 'clock' | 'ids' | 'rules'>,
  caller: Caller,
  { account, service }: { readonly account: string; readonly service: string },
): Promise<void> {
  const name = linkedRoleName(service);
  if (name === undefined) throw new Error(`${service} has no service-linked role.`);
  if (await world.metadata.read((tx) => findRole(tx, account, name))) return;

  await authorize(world, caller, {
    action: 'iam:CreateServiceLinkedRole',
    resources: [iamArn(world, 'role', { account, path: `/aws-service-role/${service}/`, name })],
    conditions: [['iam:AWSServiceName', service]],
  });
  await world.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    await createServiceLinkedRole(tx, world, { account, service });
  });
}
