import { iamArn } from '../../../identity/iam/iam.ts';
import { getRole, listRoles } from '../../../identity/iam/roles.ts';
import type { GetRoleRequest, GetRoleResponse, ListRolesRequest, ListRolesResponse } from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';
import { pageEnd, pageOf } from '../paging.ts';
import { listedRole, wholeRole } from './describe.ts';

export const GetRole = operation<GetRoleRequest, GetRoleResponse>({
  service: 'iam',
  name: 'GetRole',
  action: 'iam:GetRole',
  ...onTarget<GetRoleRequest>('role', (it) => it.RoleName),

  async handle({ RoleName }, { world, principal }) {
    return { Role: wholeRole(await getRole(world, principal.account, RoleName)) };
  },
});

export const ListRoles = operation<ListRolesRequest, ListRolesResponse>({
  service: 'iam',
  name: 'ListRoles',
  action: 'iam:ListRoles',
  resource: ({ PathPrefix: path = '/' }, { world, principal }) =>
    iamArn(world, 'role', { account: principal.account, path, name: '' }),

  async handle(input, call) {
    const { PathPrefix: pathPrefix } = input;
    const listing = { operation: 'ListRoles', filter: pathPrefix };
    const page = { ...pageOf(call, listing, input), pathPrefix };
    const { roles, next } = await listRoles(call.world, call.principal.account, page);
    return { Roles: roles.map(listedRole), ...pageEnd(call, listing, next) };
  },
});
