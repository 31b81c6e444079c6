import { deleteRole, updateRole, updateTrustPolicy } from '../../../identity/iam/roles.ts';
import type {
  DeleteRoleRequest,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
  UpdateRoleResponse,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';
import { listedRole } from './describe.ts';

export const UpdateRole = operation<UpdateRoleRequest, UpdateRoleResponse>({
  service: 'iam',
  name: 'UpdateRole',
  action: 'iam:UpdateRole',
  ...onTarget<UpdateRoleRequest>('role', (it) => it.RoleName),

  async handle(input, { world, principal }) {
    await updateRole(world, principal.account, input.RoleName, {
      description: input.Description,
      maxSessionDuration: input.MaxSessionDuration,
    });
    return {};
  },
});

export const UpdateRoleDescription = operation<UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse>({
  service: 'iam',
  name: 'UpdateRoleDescription',
  action: 'iam:UpdateRoleDescription',
  ...onTarget<UpdateRoleDescriptionRequest>('role', (it) => it.RoleName),

  async handle({ RoleName, Description: description }, { world, principal }) {
    return { Role: listedRole(await updateRole(world, principal.account, RoleName, { description })) };
  },
});

/** Replaces the trust policy; it counts from the next AssumeRole on. API_UpdateAssumeRolePolicy. */
export const UpdateAssumeRolePolicy = operation<UpdateAssumeRolePolicyRequest, void>({
  service: 'iam',
  name: 'UpdateAssumeRolePolicy',
  action: 'iam:UpdateAssumeRolePolicy',
  ...onTarget<UpdateAssumeRolePolicyRequest>('role', (it) => it.RoleName),

  async handle({ RoleName, PolicyDocument }, { world, principal }) {
    await updateTrustPolicy(world, principal.account, RoleName, PolicyDocument);
  },
});

export const DeleteRole = operation<DeleteRoleRequest, void>({
  service: 'iam',
  name: 'DeleteRole',
  action: 'iam:DeleteRole',
  ...onTarget<DeleteRoleRequest>('role', (it) => it.RoleName),

  async handle({ RoleName }, { world, principal }) {
    await deleteRole(world, principal.account, RoleName);
  },
});
