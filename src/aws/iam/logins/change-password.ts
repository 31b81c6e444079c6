import { AccessDenied, decideOn } from '../../../identity/authorize.ts';
import { changePassword } from '../../../identity/iam/login-profiles.ts';
import { letsUsersChangePassword } from '../../../identity/iam/password-policy.ts';
import { defineRefusal } from '../../../values/refusal.ts';
import type { ChangePasswordRequest } from '../../model/iam.ts';
import { ASKS_ITSELF, type Call, operation } from '../../operation.ts';

const NotAUser = defineRefusal<Record<never, never>>({
  code: 'InvalidUserType',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: () => 'Only IAM Users can change their own password',
});

/**
 * Changes the password of the user who calls. The account's password policy may let each user do it; a policy that
 * denies it is stronger. API_ChangePassword.
 */
export const ChangePassword = operation<ChangePasswordRequest, void>({
  service: 'iam',
  name: 'ChangePassword',
  action: ASKS_ITSELF,
  resource: () => '*',

  async handle({ OldPassword: oldPassword, NewPassword: newPassword }, call) {
    const { world, principal } = call;
    if (principal.kind !== 'user' || principal.session) throw NotAUser({});
    await ask(call, principal.arn);
    await changePassword(world, principal.account, principal.user.name, { oldPassword, newPassword });
  },
});

async function ask({ world, caller, principal }: Call, arn: string): Promise<void> {
  const { request, decision } = await decideOn(world, caller, { action: 'iam:ChangePassword', arn });
  if (decision.isAllowed) return;
  if (decision.isExplicit || !(await letsUsersChangePassword(world, principal.account))) {
    throw AccessDenied({ request, decision });
  }
}
