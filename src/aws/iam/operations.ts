import type { Operation } from '../operation.ts';
import { CreateAccessKey, DeleteAccessKey, ListAccessKeys, UpdateAccessKey } from './access-keys/access-keys.ts';
import { GetAccessKeyLastUsed } from './access-keys/get-access-key-last-used.ts';
import {
  CreateAccountAlias,
  DeleteAccountAlias,
  GenerateCredentialReport,
  GetAccountSummary,
  GetCredentialReport,
  ListAccountAliases,
} from './account/account.ts';
import {
  DeleteAccountPasswordPolicy,
  GetAccountPasswordPolicy,
  UpdateAccountPasswordPolicy,
} from './account/password-policy.ts';
import { CreateGroup, DeleteGroup, UpdateGroup } from './groups/groups.ts';
import { AddUserToGroup, RemoveUserFromGroup } from './groups/members.ts';
import { GetGroup, ListGroups, ListGroupsForUser } from './groups/read-groups.ts';
import {
  AddRoleToInstanceProfile,
  CreateInstanceProfile,
  DeleteInstanceProfile,
  GetInstanceProfile,
  RemoveRoleFromInstanceProfile,
} from './instance-profiles/instance-profiles.ts';
import { ListInstanceProfiles, ListInstanceProfilesForRole } from './instance-profiles/list-instance-profiles.ts';
import { ChangePassword } from './logins/change-password.ts';
import {
  CreateLoginProfile,
  DeleteLoginProfile,
  GetLoginProfile,
  UpdateLoginProfile,
} from './logins/login-profiles.ts';
import { NOT_KEPT_OPERATIONS } from './not-kept.ts';
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
import { ListPoliciesGrantingServiceAccess } from './policies/list-policies-granting-service-access.ts';
import { CreatePolicy, DeletePolicy, GetPolicy, ListPolicies } from './policies/managed-policies.ts';
import {
  CreatePolicyVersion,
  DeletePolicyVersion,
  GetPolicyVersion,
  ListPolicyVersions,
  SetDefaultPolicyVersion,
} from './policies/policy-versions.ts';
import { GetAccountAuthorizationDetails } from './reports/get-account-authorization-details.ts';
import {
  GenerateServiceLastAccessedDetails,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
} from './reports/service-last-accessed.ts';
import {
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
  SimulateCustomPolicy,
  SimulatePrincipalPolicy,
} from './reports/simulate.ts';
import { CreateRole } from './roles/create-role.ts';
import { GetRole, ListRoles } from './roles/read-roles.ts';
import {
  CreateServiceLinkedRole,
  DeleteServiceLinkedRole,
  GetServiceLinkedRoleDeletionStatus,
} from './roles/service-linked-roles.ts';
import { DeleteRole, UpdateAssumeRolePolicy, UpdateRole, UpdateRoleDescription } from './roles/update-role.ts';
import { TAG_OPERATIONS } from './tags.ts';
import { CreateUser } from './users/create-user.ts';
import { GetUser, ListUsers } from './users/read-users.ts';
import { DeleteUser, UpdateUser } from './users/update-user.ts';

/** Every operation of IAM that is served. */
export const IAM_OPERATIONS: readonly Operation[] = [
  ...ATTACHMENT_OPERATIONS,
  ...INLINE_POLICY_OPERATIONS,
  ...NOT_KEPT_OPERATIONS,
  ...TAG_OPERATIONS,
  AddClientIDToOpenIDConnectProvider,
  AddRoleToInstanceProfile,
  AddUserToGroup,
  ChangePassword,
  CreateAccessKey,
  CreateAccountAlias,
  CreateGroup,
  CreateInstanceProfile,
  CreateLoginProfile,
  CreateOpenIDConnectProvider,
  CreatePolicy,
  CreatePolicyVersion,
  CreateRole,
  CreateServiceLinkedRole,
  CreateUser,
  DeleteAccessKey,
  DeleteAccountAlias,
  DeleteAccountPasswordPolicy,
  DeleteGroup,
  DeleteInstanceProfile,
  DeleteLoginProfile,
  DeleteOpenIDConnectProvider,
  DeletePolicy,
  DeletePolicyVersion,
  DeleteRole,
  DeleteRolePermissionsBoundary,
  DeleteServiceLinkedRole,
  DeleteUser,
  DeleteUserPermissionsBoundary,
  GenerateCredentialReport,
  GenerateServiceLastAccessedDetails,
  GetAccessKeyLastUsed,
  GetAccountAuthorizationDetails,
  GetAccountPasswordPolicy,
  GetAccountSummary,
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
  GetCredentialReport,
  GetGroup,
  GetInstanceProfile,
  GetLoginProfile,
  GetOpenIDConnectProvider,
  GetPolicy,
  GetPolicyVersion,
  GetRole,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
  GetServiceLinkedRoleDeletionStatus,
  GetUser,
  ListAccessKeys,
  ListAccountAliases,
  ListEntitiesForPolicy,
  ListGroups,
  ListGroupsForUser,
  ListInstanceProfiles,
  ListInstanceProfilesForRole,
  ListOpenIDConnectProviders,
  ListPolicies,
  ListPoliciesGrantingServiceAccess,
  ListPolicyVersions,
  ListRoles,
  ListUsers,
  PutRolePermissionsBoundary,
  PutUserPermissionsBoundary,
  RemoveClientIDFromOpenIDConnectProvider,
  RemoveRoleFromInstanceProfile,
  RemoveUserFromGroup,
  SetDefaultPolicyVersion,
  SimulateCustomPolicy,
  SimulatePrincipalPolicy,
  UpdateAccessKey,
  UpdateAccountPasswordPolicy,
  UpdateAssumeRolePolicy,
  UpdateGroup,
  UpdateLoginProfile,
  UpdateOpenIDConnectProviderThumbprint,
  UpdateRole,
  UpdateRoleDescription,
  UpdateUser,
];
