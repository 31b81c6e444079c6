import type { Operation } from '../operation.ts';
import {
  AddRoleToInstanceProfile,
  CreateInstanceProfile,
  DeleteInstanceProfile,
  GetInstanceProfile,
  RemoveRoleFromInstanceProfile,
} from './instance-profiles/instance-profiles.ts';
import { ListInstanceProfiles, ListInstanceProfilesForRole } from './instance-profiles/list-instance-profiles.ts';
import {
  AddClientIDToOpenIDConnectProvider,
  RemoveClientIDFromOpenIDConnectProvider,
  UpdateOpenIDConnectProviderThumbprint,
} from './oidc-providers/change-oidc-providers.ts';
import {
  CreateOpenIDConnectProvider,
  DeleteOpenIDConnectProvider,
  GetOpenIDConnectProvider,
  ListOpenIDConnectProviders,
} from './oidc-providers/oidc-providers.ts';
import { ATTACHMENT_OPERATIONS } from './policies/attachments.ts';
import {
  DeleteRolePermissionsBoundary,
  DeleteUserPermissionsBoundary,
  PutRolePermissionsBoundary,
  PutUserPermissionsBoundary,
} from './policies/boundaries.ts';
import { INLINE_POLICY_OPERATIONS } from './policies/inline-policies.ts';
import { ListEntitiesForPolicy } from './policies/list-entities-for-policy.ts';
import { CreatePolicy, DeletePolicy, GetPolicy, ListPolicies } from './policies/managed-policies.ts';
import {
  CreatePolicyVersion,
  DeletePolicyVersion,
  GetPolicyVersion,
  ListPolicyVersions,
  SetDefaultPolicyVersion,
} from './policies/policy-versions.ts';
import { CreateRole } from './roles/create-role.ts';
import { GetRole, ListRoles } from './roles/read-roles.ts';
import {
  CreateServiceLinkedRole,
  DeleteServiceLinkedRole,
  GetServiceLinkedRoleDeletionStatus,
} from './roles/service-linked-roles.ts';
import { DeleteRole, UpdateAssumeRolePolicy, UpdateRole, UpdateRoleDescription } from './roles/update-role.ts';
import { TAG_OPERATIONS } from './tags.ts';

/** Every operation of IAM that is served. */
export const IAM_OPERATIONS: readonly Operation[] = [
  ...ATTACHMENT_OPERATIONS,
  ...INLINE_POLICY_OPERATIONS,
  ...TAG_OPERATIONS,
  AddClientIDToOpenIDConnectProvider,
  AddRoleToInstanceProfile,
  CreateInstanceProfile,
  CreateOpenIDConnectProvider,
  CreatePolicy,
  CreatePolicyVersion,
  CreateRole,
  CreateServiceLinkedRole,
  DeleteInstanceProfile,
  DeleteOpenIDConnectProvider,
  DeletePolicy,
  DeletePolicyVersion,
  DeleteRole,
  DeleteRolePermissionsBoundary,
  DeleteServiceLinkedRole,
  DeleteUserPermissionsBoundary,
  GetInstanceProfile,
  GetOpenIDConnectProvider,
  GetPolicy,
  GetPolicyVersion,
  GetRole,
  GetServiceLinkedRoleDeletionStatus,
  ListEntitiesForPolicy,
  ListInstanceProfiles,
  ListInstanceProfilesForRole,
  ListOpenIDConnectProviders,
  ListPolicies,
  ListPolicyVersions,
  ListRoles,
  PutRolePermissionsBoundary,
  PutUserPermissionsBoundary,
  RemoveClientIDFromOpenIDConnectProvider,
  RemoveRoleFromInstanceProfile,
  SetDefaultPolicyVersion,
  UpdateAssumeRolePolicy,
  UpdateOpenIDConnectProviderThumbprint,
  UpdateRole,
  UpdateRoleDescription,
];
