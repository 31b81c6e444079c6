import { iamArn } from '../../../identity/iam/iam.ts';
import { listInstanceProfiles, profilesOfRole } from '../../../identity/iam/instance-profiles.ts';
import type {
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';
import { cutPage, pageEnd, pageOf } from '../paging.ts';
import { listedProfile } from './describe.ts';

export const ListInstanceProfiles = operation<ListInstanceProfilesRequest, ListInstanceProfilesResponse>({
  service: 'iam',
  name: 'ListInstanceProfiles',
  action: 'iam:ListInstanceProfiles',
  resource: ({ PathPrefix: path = '/' }, { world, principal }) =>
    iamArn(world, 'instance-profile', { account: principal.account, path, name: '' }),

  async handle(input, call) {
    const { PathPrefix: pathPrefix } = input;
    const listing = { operation: 'ListInstanceProfiles', filter: pathPrefix };
    const page = { ...pageOf(call, listing, input), pathPrefix };
    const { profiles, next } = await listInstanceProfiles(call.world, call.principal.account, page);
    return { InstanceProfiles: profiles.map(listedProfile), ...pageEnd(call, listing, next) };
  },
});

export const ListInstanceProfilesForRole = operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
>({
  service: 'iam',
  name: 'ListInstanceProfilesForRole',
  action: 'iam:ListInstanceProfilesForRole',
  ...onTarget<ListInstanceProfilesForRoleRequest>('role', (it) => it.RoleName),

  async handle(input, call) {
    const items = await profilesOfRole(call.world, call.principal.account, input.RoleName);
    const listing = { operation: 'ListInstanceProfilesForRole', filter: input.RoleName };
    const page = cutPage(call, listing, input, { items, positionOf: (it) => it.name.toLowerCase() });
    return { InstanceProfiles: page.items.map(listedProfile), ...page.end };
  },
});
