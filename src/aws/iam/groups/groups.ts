import { createGroup, deleteGroup, updateGroup } from '../../../identity/iam/groups.ts';
import { iamArn } from '../../../identity/iam/iam.ts';
import { targetFacts } from '../../../identity/iam/target-facts.ts';
import { parseIdentityArn } from '../../../values/identity-arn.ts';
import type {
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  UpdateGroupRequest,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';
import { describeGroup } from './describe.ts';

export const CreateGroup = operation<CreateGroupRequest, CreateGroupResponse>({
  service: 'iam',
  name: 'CreateGroup',
  action: 'iam:CreateGroup',
  resource: ({ GroupName: name, Path: path = '/' }, { world, principal }) =>
    iamArn(world, 'group', { account: principal.account, path, name }),

  async handle({ GroupName: name, Path: path }, { world, principal }) {
    return { Group: describeGroup(await createGroup(world, principal.account, { name, path })) };
  },
});

/** Moves a group to another name or path, which the caller must be allowed at both. API_UpdateGroup. */
export const UpdateGroup = operation<UpdateGroupRequest, void>({
  service: 'iam',
  name: 'UpdateGroup',
  action: 'iam:UpdateGroup',
  async resource({ GroupName, NewGroupName, NewPath }, { world, principal: { account } }) {
    const { arn } = await targetFacts(world, { kind: 'group', account, name: GroupName });
    const path = NewPath ?? parseIdentityArn(arn)?.path ?? '/';
    return [arn, iamArn(world, 'group', { account, path, name: NewGroupName ?? GroupName })];
  },

  async handle({ GroupName, NewGroupName: name, NewPath: path }, { world, principal }) {
    await updateGroup(world, principal.account, GroupName, { name, path });
  },
});

export const DeleteGroup = operation<DeleteGroupRequest, void>({
  service: 'iam',
  name: 'DeleteGroup',
  action: 'iam:DeleteGroup',
  ...onTarget<DeleteGroupRequest>('group', (it) => it.GroupName),

  async handle({ GroupName }, { world, principal }) {
    await deleteGroup(world, principal.account, GroupName);
  },
});
