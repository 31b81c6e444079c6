import { getGroup, groupsOfUser, listGroups } from '../../../identity/iam/groups.ts';
import { iamArn } from '../../../identity/iam/iam.ts';
import type {
  GetGroupRequest,
  GetGroupResponse,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  ListGroupsRequest,
  ListGroupsResponse,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';
import { cutPage, pageEnd, pageOf } from '../paging.ts';
import { listedUser } from '../users/describe.ts';
import { describeGroup } from './describe.ts';

/** A group and a page of its members. API_GetGroup. */
export const GetGroup = operation<GetGroupRequest, GetGroupResponse>({
  service: 'iam',
  name: 'GetGroup',
  action: 'iam:GetGroup',
  ...onTarget<GetGroupRequest>('group', (it) => it.GroupName),

  async handle(input, call) {
    const { GroupName } = input;
    const listing = { operation: 'GetGroup', filter: GroupName };
    const { account } = call.principal;
    const { group, users, next } = await getGroup(call.world, account, GroupName, pageOf(call, listing, input));
    return { Group: describeGroup(group), Users: users.map(listedUser), ...pageEnd(call, listing, next) };
  },
});

export const ListGroups = operation<ListGroupsRequest, ListGroupsResponse>({
  service: 'iam',
  name: 'ListGroups',
  action: 'iam:ListGroups',
  resource: ({ PathPrefix: path = '/' }, { world, principal }) =>
    iamArn(world, 'group', { account: principal.account, path, name: '' }),

  async handle(input, call) {
    const { PathPrefix: pathPrefix } = input;
    const listing = { operation: 'ListGroups', filter: pathPrefix };
    const page = { ...pageOf(call, listing, input), pathPrefix };
    const { groups, next } = await listGroups(call.world, call.principal.account, page);
    return { Groups: groups.map(describeGroup), ...pageEnd(call, listing, next) };
  },
});

export const ListGroupsForUser = operation<ListGroupsForUserRequest, ListGroupsForUserResponse>({
  service: 'iam',
  name: 'ListGroupsForUser',
  action: 'iam:ListGroupsForUser',
  ...onTarget<ListGroupsForUserRequest>('user', (it) => it.UserName),

  async handle(input, call) {
    const items = await groupsOfUser(call.world, call.principal.account, input.UserName);
    const listing = { operation: 'ListGroupsForUser', filter: input.UserName };
    const page = cutPage(call, listing, input, { items, positionOf: ({ name }) => name.toLowerCase() });
    return { Groups: page.items.map(describeGroup), ...page.end };
  },
});
