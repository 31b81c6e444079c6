import { Invalid } from '../../events/refusals.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import { askToPassRole } from '../iam/pass-role.ts';
import type { Call } from '../operation.ts';

/**
 * Asks whether the caller may hand these roles to EventBridge.
 *
 * @throws Invalid for what is no role of his account, AccessDenied
 */
export async function askToPassRoles(call: Call, arns: readonly (string | undefined)[]): Promise<void> {
  for (const arn of new Set(arns)) {
    if (arn === undefined) continue;
    const role = parseIdentityArn(arn);
    if (role?.type !== 'role' || role.account !== call.principal.account) {
      throw Invalid({ what: `Parameter RoleArn is not valid. Reason: ${arn} is no role of this account.` });
    }
    await askToPassRole(call, role.name, 'events.amazonaws.com');
  }
}
