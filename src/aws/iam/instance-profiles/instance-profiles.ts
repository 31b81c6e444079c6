import { iamArn } from '../../../identity/iam/iam.ts';
import {
  addRoleToProfile,
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  removeRoleFromProfile,
} from '../../../identity/iam/instance-profiles.ts';
import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  RemoveRoleFromInstanceProfileRequest,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget, requestTags } from '../on-target.ts';
import { askToPassRole } from '../pass-role.ts';
import { wholeProfile } from './describe.ts';

const profileName = (it: { readonly InstanceProfileName: string }) => it.InstanceProfileName;

/** Makes what hands a role to machines of EC2. API_CreateInstanceProfile. */
export const CreateInstanceProfile = operation<CreateInstanceProfileRequest, CreateInstanceProfileResponse>({
  service: 'iam',
  name: 'CreateInstanceProfile',
  action: 'iam:CreateInstanceProfile',
  furtherActions: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagInstanceProfile'] : []),
  resource: ({ InstanceProfileName: name, Path: path = '/' }, { world, principal }) =>
    iamArn(world, 'instance-profile', { account: principal.account, path, name }),
  conditions: ({ Tags }) => requestTags(Tags),

  async handle(input, { world, principal }) {
    const profile = await createInstanceProfile(world, principal.account, {
      name: input.InstanceProfileName,
      path: input.Path,
      tags: input.Tags,
    });
    return { InstanceProfile: wholeProfile(profile) };
  },
});

export const GetInstanceProfile = operation<GetInstanceProfileRequest, GetInstanceProfileResponse>({
  service: 'iam',
  name: 'GetInstanceProfile',
  action: 'iam:GetInstanceProfile',
  ...onTarget<GetInstanceProfileRequest>('instance-profile', profileName),

  async handle({ InstanceProfileName }, { world, principal }) {
    return { InstanceProfile: wholeProfile(await getInstanceProfile(world, principal.account, InstanceProfileName)) };
  },
});

export const DeleteInstanceProfile = operation<DeleteInstanceProfileRequest, void>({
  service: 'iam',
  name: 'DeleteInstanceProfile',
  action: 'iam:DeleteInstanceProfile',
  ...onTarget<DeleteInstanceProfileRequest>('instance-profile', profileName),
  handle: ({ InstanceProfileName }, { world, principal }) =>
    deleteInstanceProfile(world, principal.account, InstanceProfileName),
});

/** Puts a role into the profile: machines that have it act as the role, so the caller must be allowed to pass it. */
export const AddRoleToInstanceProfile = operation<AddRoleToInstanceProfileRequest, void>({
  service: 'iam',
  name: 'AddRoleToInstanceProfile',
  action: 'iam:AddRoleToInstanceProfile',
  ...onTarget<AddRoleToInstanceProfileRequest>('instance-profile', profileName),

  async handle({ InstanceProfileName, RoleName }, call) {
    await askToPassRole(call, RoleName, 'ec2.amazonaws.com');
    await addRoleToProfile(call.world, call.principal.account, InstanceProfileName, RoleName);
  },
});

export const RemoveRoleFromInstanceProfile = operation<RemoveRoleFromInstanceProfileRequest, void>({
  service: 'iam',
  name: 'RemoveRoleFromInstanceProfile',
  action: 'iam:RemoveRoleFromInstanceProfile',
  ...onTarget<RemoveRoleFromInstanceProfileRequest>('instance-profile', profileName),
  handle: ({ InstanceProfileName, RoleName }, { world, principal }) =>
    removeRoleFromProfile(world, principal.account, InstanceProfileName, RoleName),
});
