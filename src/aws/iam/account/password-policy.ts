import { deletePasswordPolicy, getPasswordPolicy, putPasswordPolicy } from '../../../identity/iam/password-policy.ts';
import type { GetAccountPasswordPolicyResponse, UpdateAccountPasswordPolicyRequest } from '../../model/iam.ts';
import { type Empty, operation } from '../../operation.ts';

/** What IAM takes where a request does not say. */
const USUAL_LENGTH = 6;

export const GetAccountPasswordPolicy = operation<Empty, GetAccountPasswordPolicyResponse>({
  service: 'iam',
  name: 'GetAccountPasswordPolicy',
  action: 'iam:GetAccountPasswordPolicy',
  resource: () => '*',

  async handle(_, { world, principal }) {
    const policy = await getPasswordPolicy(world, principal.account);
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.needsSymbols,
        RequireNumbers: policy.needsNumbers,
        RequireUppercaseCharacters: policy.needsUpperCase,
        RequireLowercaseCharacters: policy.needsLowerCase,
        AllowUsersToChangePassword: policy.letsUsersChange,
        ExpirePasswords: policy.maxAge !== undefined,
        ...(policy.maxAge !== undefined && { MaxPasswordAge: policy.maxAge }),
        ...(policy.remembered !== undefined && { PasswordReusePrevention: policy.remembered }),
        ...(policy.isHardExpiry !== undefined && { HardExpiry: policy.isHardExpiry }),
      },
    };
  },
});

/** Replaces the whole policy: what a request leaves out gets its default. API_UpdateAccountPasswordPolicy. */
export const UpdateAccountPasswordPolicy = operation<UpdateAccountPasswordPolicyRequest, void>({
  service: 'iam',
  name: 'UpdateAccountPasswordPolicy',
  action: 'iam:UpdateAccountPasswordPolicy',
  resource: () => '*',

  async handle(input, { world, principal }) {
    await putPasswordPolicy(world, principal.account, {
      minimumLength: input.MinimumPasswordLength ?? USUAL_LENGTH,
      needsSymbols: input.RequireSymbols ?? false,
      needsNumbers: input.RequireNumbers ?? false,
      needsUpperCase: input.RequireUppercaseCharacters ?? false,
      needsLowerCase: input.RequireLowercaseCharacters ?? false,
      letsUsersChange: input.AllowUsersToChangePassword ?? false,
      maxAge: input.MaxPasswordAge,
      remembered: input.PasswordReusePrevention,
      isHardExpiry: input.HardExpiry,
    });
  },
});

export const DeleteAccountPasswordPolicy = operation<Empty, void>({
  service: 'iam',
  name: 'DeleteAccountPasswordPolicy',
  action: 'iam:DeleteAccountPasswordPolicy',
  resource: () => '*',

  async handle(_, { world, principal }) {
    await deletePasswordPolicy(world, principal.account);
  },
});
