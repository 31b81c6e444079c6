import { iamArn } from '../../../identity/iam/iam.ts';
import { createRole } from '../../../identity/iam/roles.ts';
import type { CreateRoleRequest, CreateRoleResponse } from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { boundary, requestTags } from '../on-target.ts';
import { wholeRole } from './describe.ts';

/** Makes a role that those may assume whom its trust policy names. API_CreateRole. */
export const CreateRole = operation<CreateRoleRequest, CreateRoleResponse>({
  service: 'iam',
  name: 'CreateRole',
  action: 'iam:CreateRole',
  furtherActions: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagRole'] : []),
  resource: ({ RoleName: name, Path: path = '/' }, { world, principal }) =>
    iamArn(world, 'role', { account: principal.account, path, name }),
  conditions: ({ Tags, PermissionsBoundary }) => [...boundary(PermissionsBoundary), ...requestTags(Tags)],

  async handle(input, { world, principal }) {
    const role = await createRole(world, principal.account, {
      name: input.RoleName,
      path: input.Path,
      trustPolicy: input.AssumeRolePolicyDocument,
      description: input.Description,
      maxSessionDuration: input.MaxSessionDuration,
      boundaryArn: input.PermissionsBoundary,
      tags: input.Tags,
    });
    return { Role: wholeRole(role) };
  },
});
