import { addUserToGroup, removeUserFromGroup } from '../../../identity/iam/groups.ts';
import type { AddUserToGroupRequest, RemoveUserFromGroupRequest } from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';

/** Puts a user into a group, whose policies count for him from the next request on. API_AddUserToGroup. */
export const AddUserToGroup = operation<AddUserToGroupRequest, void>({
  service: 'iam',
  name: 'AddUserToGroup',
  action: 'iam:AddUserToGroup',
  ...onTarget<AddUserToGroupRequest>('group', (it) => it.GroupName),

  async handle({ GroupName: groupName, UserName: userName }, { world, principal }) {
    await addUserToGroup(world, principal.account, { groupName, userName });
  },
});

export const RemoveUserFromGroup = operation<RemoveUserFromGroupRequest, void>({
  service: 'iam',
  name: 'RemoveUserFromGroup',
  action: 'iam:RemoveUserFromGroup',
  ...onTarget<RemoveUserFromGroupRequest>('group', (it) => it.GroupName),

  async handle({ GroupName: groupName, UserName: userName }, { world, principal }) {
    await removeUserFromGroup(world, principal.account, { groupName, userName });
  },
});
