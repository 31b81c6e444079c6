import { deleteBoundary, putBoundary } from '../../../identity/iam/boundaries.ts';
import type {
  DeleteRolePermissionsBoundaryRequest,
  DeleteUserPermissionsBoundaryRequest,
  PutRolePermissionsBoundaryRequest,
  PutUserPermissionsBoundaryRequest,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { boundary, onTarget } from '../on-target.ts';
import { OF_ROLE, OF_USER } from './naming.ts';

export const PutUserPermissionsBoundary = operation<PutUserPermissionsBoundaryRequest, void>({
  service: 'iam',
  name: 'PutUserPermissionsBoundary',
  action: 'iam:PutUserPermissionsBoundary',
  ...onTarget<PutUserPermissionsBoundaryRequest>('user', OF_USER.nameOf, (it) => boundary(it.PermissionsBoundary)),
  handle: (input, call) => putBoundary(call.world, OF_USER.entity(input, call), input.PermissionsBoundary),
});

export const DeleteUserPermissionsBoundary = operation<DeleteUserPermissionsBoundaryRequest, void>({
  service: 'iam',
  name: 'DeleteUserPermissionsBoundary',
  action: 'iam:DeleteUserPermissionsBoundary',
  ...onTarget<DeleteUserPermissionsBoundaryRequest>('user', OF_USER.nameOf, (_, it) => boundary(it.boundaryArn)),
  handle: (input, call) => deleteBoundary(call.world, OF_USER.entity(input, call)),
});

export const PutRolePermissionsBoundary = operation<PutRolePermissionsBoundaryRequest, void>({
  service: 'iam',
  name: 'PutRolePermissionsBoundary',
  action: 'iam:PutRolePermissionsBoundary',
  ...onTarget<PutRolePermissionsBoundaryRequest>('role', OF_ROLE.nameOf, (it) => boundary(it.PermissionsBoundary)),
  handle: (input, call) => putBoundary(call.world, OF_ROLE.entity(input, call), input.PermissionsBoundary),
});

export const DeleteRolePermissionsBoundary = operation<DeleteRolePermissionsBoundaryRequest, void>({
  service: 'iam',
  name: 'DeleteRolePermissionsBoundary',
  action: 'iam:DeleteRolePermissionsBoundary',
  ...onTarget<DeleteRolePermissionsBoundaryRequest>('role', OF_ROLE.nameOf, (_, it) => boundary(it.boundaryArn)),
  handle: (input, call) => deleteBoundary(call.world, OF_ROLE.entity(input, call)),
});
