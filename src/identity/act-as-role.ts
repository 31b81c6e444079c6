import { decide } from '../policy/evaluate.ts';
import { defineRefusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import type { Caller } from './caller.ts';
import { principalOfArn } from './principal-of-arn.ts';
import { factsContext } from './request-context.ts';
import { findTrustedRole } from './sts/trusted-role.ts';

export const RoleNotTrusting = defineRefusal<{ roleArn: string; service: string }>({
  code: 'AccessDeniedException',
  oci: { code: 'DENIED', status: 403 },
  message: (f) => `There is no role ${f.roleArn} that trusts ${f.service}`,
});

/**
 * The role as a service acts with it for the role's account. It must trust the service, which names the account that it
 * acts for (`aws:SourceAccount`), so that a role is not taken for somebody else.
 *
 * @throws RoleNotTrusting
 */
export async function actAsRole(
  world: Pick<World, 'metadata' | 'rules' | 'clock'>,
  { roleArn, service, region }: { readonly roleArn: string; readonly service: string; readonly region: string },
): Promise<Caller> {
  const request = { region, sourceIp: undefined, isSecure: true, userAgent: service, referer: undefined };
  const role = await findTrustedRole(world, roleArn);
  const principal = role && (await principalOfArn(world, roleArn));
  if (!principal) throw RoleNotTrusting({ roleArn, service });

  const { account } = role;
  const context = factsContext(request, world.clock.now());
  context.set('aws:principalisawsservice', 'true');
  context.set('aws:principalservicename', service);
  context.set('aws:sourceaccount', account);
  const asked = {
    asker: { kind: 'service', account, arn: service, service } as const,
    action: 'sts:AssumeRole',
    resource: { arn: roleArn, account },
    context,
  };
  if (!decide(asked, { identity: [], resource: [role.trust] }).isAllowed) throw RoleNotTrusting({ roleArn, service });
  return { principal, request };
}
