import { iamArn } from '../../../identity/iam/iam.ts';
import { targetFacts } from '../../../identity/iam/target-facts.ts';
import { deleteUser, updateUser } from '../../../identity/iam/users.ts';
import { parseIdentityArn } from '../../../values/identity-arn.ts';
import type { DeleteUserRequest, UpdateUserRequest } from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';

/** Moves a user to another name or path, which the caller must be allowed at both. API_UpdateUser. */
export const UpdateUser = operation<UpdateUserRequest, void>({
  service: 'iam',
  name: 'UpdateUser',
  action: 'iam:UpdateUser',
  ...onTarget<UpdateUserRequest>('user', (it) => it.UserName),
  async resource({ UserName, NewUserName, NewPath }, { world, principal: { account } }) {
    const { arn } = await targetFacts(world, { kind: 'user', account, name: UserName });
    const path = NewPath ?? parseIdentityArn(arn)?.path ?? '/';
    return [arn, iamArn(world, 'user', { account, path, name: NewUserName ?? UserName })];
  },

  async handle({ UserName, NewUserName, NewPath }, { world, principal }) {
    await updateUser(world, principal.account, UserName, { name: NewUserName, path: NewPath });
  },
});

export const DeleteUser = operation<DeleteUserRequest, void>({
  service: 'iam',
  name: 'DeleteUser',
  action: 'iam:DeleteUser',
  ...onTarget<DeleteUserRequest>('user', (it) => it.UserName),

  async handle({ UserName }, { world, principal }) {
    await deleteUser(world, principal.account, UserName);
  },
});
