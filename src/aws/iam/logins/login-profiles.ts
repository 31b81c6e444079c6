import {
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  type LoginProfile,
  updateLoginProfile,
} from '../../../identity/iam/login-profiles.ts';
import { IamValidationFailed } from '../../../identity/iam/refusals.ts';
import type {
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  DeleteLoginProfileRequest,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  LoginProfile as LoginProfileShape,
  UpdateLoginProfileRequest,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { ON_WHOSE, whoseAmongUsers } from '../users/whose.ts';

/** Gives a user a password. API_CreateLoginProfile. */
export const CreateLoginProfile = operation<CreateLoginProfileRequest, CreateLoginProfileResponse>({
  service: 'iam',
  name: 'CreateLoginProfile',
  action: 'iam:CreateLoginProfile',
  ...ON_WHOSE,

  async handle(input, call) {
    const { Password: password, PasswordResetRequired: isResetRequired } = input;
    const name = whoseAmongUsers(input, call);
    // Only the root of a member of an organization may leave it out, and there are no organizations.
    if (password === undefined) throw IamValidationFailed({ what: 'The password must be specified.' });
    const profile = await createLoginProfile(call.world, call.principal.account, name, { password, isResetRequired });
    return { LoginProfile: describe(profile) };
  },
});

export const GetLoginProfile = operation<GetLoginProfileRequest, GetLoginProfileResponse>({
  service: 'iam',
  name: 'GetLoginProfile',
  action: 'iam:GetLoginProfile',
  ...ON_WHOSE,

  async handle(input, call) {
    const profile = await getLoginProfile(call.world, call.principal.account, whoseAmongUsers(input, call));
    return { LoginProfile: describe(profile) };
  },
});

export const UpdateLoginProfile = operation<UpdateLoginProfileRequest, void>({
  service: 'iam',
  name: 'UpdateLoginProfile',
  action: 'iam:UpdateLoginProfile',
  ...ON_WHOSE,

  async handle({ UserName, Password: password, PasswordResetRequired: isResetRequired }, { world, principal }) {
    await updateLoginProfile(world, principal.account, UserName, { password, isResetRequired });
  },
});

export const DeleteLoginProfile = operation<DeleteLoginProfileRequest, void>({
  service: 'iam',
  name: 'DeleteLoginProfile',
  action: 'iam:DeleteLoginProfile',
  ...ON_WHOSE,

  async handle(input, call) {
    await deleteLoginProfile(call.world, call.principal.account, whoseAmongUsers(input, call));
  },
});

function describe({ userName, createdAt, isResetRequired }: LoginProfile): LoginProfileShape {
  return { UserName: userName, CreateDate: createdAt, PasswordResetRequired: isResetRequired };
}
