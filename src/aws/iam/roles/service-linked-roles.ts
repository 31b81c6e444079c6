import { iamArn } from '../../../identity/iam/iam.ts';
import {
  askForServiceLinkedRole,
  deleteServiceLinkedRole,
  deletionStatus,
  linkedRoleName,
} from '../../../identity/iam/service-linked-roles.ts';
import type {
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse,
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';
import { wholeRole } from './describe.ts';

/** Makes the role with which a service acts in the account. API_CreateServiceLinkedRole. */
export const CreateServiceLinkedRole = operation<CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse>({
  service: 'iam',
  name: 'CreateServiceLinkedRole',
  action: 'iam:CreateServiceLinkedRole',
  resource: ({ AWSServiceName: service }, { world, principal }) =>
    iamArn(world, 'role', {
      account: principal.account,
      path: `/aws-service-role/${service}/`,
      name: linkedRoleName(service) ?? '*',
    }),
  conditions: ({ AWSServiceName }) => [['iam:AWSServiceName', AWSServiceName]],

  async handle({ AWSServiceName: service, Description: description, CustomSuffix: suffix }, { world, principal }) {
    const role = await askForServiceLinkedRole(world, principal.account, { service, description, suffix });
    return { Role: wholeRole(role) };
  },
});

export const DeleteServiceLinkedRole = operation<DeleteServiceLinkedRoleRequest, DeleteServiceLinkedRoleResponse>({
  service: 'iam',
  name: 'DeleteServiceLinkedRole',
  action: 'iam:DeleteServiceLinkedRole',
  ...onTarget<DeleteServiceLinkedRoleRequest>('role', (it) => it.RoleName),

  async handle({ RoleName }, { world, principal }) {
    return { DeletionTaskId: await deleteServiceLinkedRole(world, principal.account, RoleName) };
  },
});

/** The path and name of the role in a task's id. */
const DELETION_TASK = /^task(\/aws-service-role\/[^/]+\/)([^/]+)\/[^/]+$/;

/** How a deletion went: here it is over when DeleteServiceLinkedRole answers. API_GetServiceLinkedRoleDeletionStatus. */
export const GetServiceLinkedRoleDeletionStatus = operation<
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse
>({
  service: 'iam',
  name: 'GetServiceLinkedRoleDeletionStatus',
  action: 'iam:GetServiceLinkedRoleDeletionStatus',
  resource: ({ DeletionTaskId }, { world, principal }) => {
    const [, path = '/', name = '*'] = DELETION_TASK.exec(DeletionTaskId) ?? [];
    return iamArn(world, 'role', { account: principal.account, path, name });
  },

  async handle({ DeletionTaskId }, { world, principal }) {
    return { Status: await deletionStatus(world, principal.account, DeletionTaskId) };
  },
});
