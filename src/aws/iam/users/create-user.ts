import { iamArn } from '../../../identity/iam/iam.ts';
import { createUser } from '../../../identity/iam/users.ts';
import type { CreateUserRequest, CreateUserResponse } from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { boundary, requestTags } from '../on-target.ts';
import { wholeUser } from './describe.ts';

/** Makes a user, who may do nothing until policies say so. API_CreateUser. */
export const CreateUser = operation<CreateUserRequest, CreateUserResponse>({
  service: 'iam',
  name: 'CreateUser',
  action: 'iam:CreateUser',
  furtherActions: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagUser'] : []),
  resource: ({ UserName: name, Path: path = '/' }, { world, principal }) =>
    iamArn(world, 'user', { account: principal.account, path, name }),
  conditions: ({ Tags, PermissionsBoundary }) => [...boundary(PermissionsBoundary), ...requestTags(Tags)],

  async handle({ UserName, Path, PermissionsBoundary, Tags }, { world, principal }) {
    const user = await createUser(world, principal.account, {
      name: UserName,
      path: Path,
      boundaryArn: PermissionsBoundary,
      tags: Tags,
    });
    return { User: wholeUser(user) };
  },
});
