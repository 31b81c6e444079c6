import { type On, OWN_RULES, type Rows, rowsOf } from './rows.ts';

const iam = (resource: string): On => ({ arn: `arn:aws:iam::{account}:${resource}` });

const USER = { on: iam('user/sample'), input: { UserName: 'sample' } };
const GROUP = iam('group/sample');
const ROLE = iam('role/sample');
const PROFILE = iam('instance-profile/sample');

/** A policy of the account that does not exist. */
const POLICY_ARN = 'arn:aws:iam::{account}:policy/sample';
const POLICY = { on: { arn: POLICY_ARN }, input: { PolicyArn: POLICY_ARN } };
const VERSION = { on: POLICY.on, input: { PolicyArn: POLICY_ARN, VersionId: 'v1' } };
const PROVIDER_ARN = 'arn:aws:iam::{account}:oidc-provider/sample';
const PROVIDER = { on: { arn: PROVIDER_ARN }, input: { OpenIDConnectProviderArn: PROVIDER_ARN } };

const LINKED = 'aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication';

const attached = (on: On) => ({ on, input: { PolicyArn: POLICY_ARN } });
const tagged = ({ on, input }: { readonly on: On; readonly input?: object }) => ({
  on,
  input: { ...input, Tags: [{ Key: 'k', Value: 'v' }] },
});
const untagged = ({ on, input }: { readonly on: On; readonly input?: object }) => ({
  on,
  input: { ...input, TagKeys: ['k'] },
});

const ASKED = rowsOf('iam', {
  AddClientIDToOpenIDConnectProvider: PROVIDER,
  AddRoleToInstanceProfile: PROFILE,
  AddUserToGroup: GROUP,
  AttachGroupPolicy: attached(GROUP),
  AttachRolePolicy: attached(ROLE),
  AttachUserPolicy: attached(USER.on),
  CreateAccessKey: USER,
  CreateAccountAlias: '*',
  CreateGroup: GROUP,
  CreateInstanceProfile: PROFILE,
  CreateLoginProfile: { ...USER, input: { UserName: 'sample', Password: 'Passw0rd!Passw0rd!' } },
  CreateOpenIDConnectProvider: { on: iam('oidc-provider/issuer.example'), input: { Url: 'https://issuer.example' } },
  CreatePolicy: iam('policy/sample'),
  CreatePolicyVersion: POLICY,
  CreateRole: ROLE,
  CreateServiceLinkedRole: {
    on: iam(`role/${LINKED}`),
    input: { AWSServiceName: 'replication.ecr.amazonaws.com' },
  },
  CreateUser: USER,
  DeleteAccessKey: { ...USER, input: { UserName: 'sample', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' } },
  DeleteAccountAlias: '*',
  DeleteAccountPasswordPolicy: '*',
  DeleteGroup: GROUP,
  DeleteGroupPolicy: GROUP,
  DeleteInstanceProfile: PROFILE,
  DeleteLoginProfile: USER,
  DeleteOpenIDConnectProvider: PROVIDER,
  DeletePolicy: POLICY,
  DeletePolicyVersion: VERSION,
  DeleteRole: ROLE,
  DeleteRolePermissionsBoundary: ROLE,
  DeleteRolePolicy: ROLE,
  DeleteServiceLinkedRole: ROLE,
  DeleteUser: USER,
  DeleteUserPermissionsBoundary: USER,
  DeleteUserPolicy: USER,
  DetachGroupPolicy: attached(GROUP),
  DetachRolePolicy: attached(ROLE),
  DetachUserPolicy: attached(USER.on),
  GenerateCredentialReport: '*',
  GenerateServiceLastAccessedDetails: { on: iam('role/sample'), input: { Arn: 'arn:aws:iam::{account}:role/sample' } },
  // Of a key that nobody has.
  GetAccessKeyLastUsed: '*',
  GetAccountAuthorizationDetails: '*',
  GetAccountPasswordPolicy: '*',
  GetAccountSummary: '*',
  GetContextKeysForCustomPolicy: '*',
  GetContextKeysForPrincipalPolicy: {
    on: iam('role/sample'),
    input: { PolicySourceArn: 'arn:aws:iam::{account}:role/sample' },
  },
  GetCredentialReport: '*',
  GetGroup: GROUP,
  GetGroupPolicy: GROUP,
  GetInstanceProfile: PROFILE,
  GetLoginProfile: USER,
  GetMFADevice: '*',
  GetOpenIDConnectProvider: PROVIDER,
  GetPolicy: POLICY,
  GetPolicyVersion: VERSION,
  GetRole: ROLE,
  GetRolePolicy: ROLE,
  GetSAMLProvider: '*',
  GetSSHPublicKey: '*',
  GetServerCertificate: '*',
  GetServiceLastAccessedDetails: '*',
  GetServiceLastAccessedDetailsWithEntities: '*',
  GetServiceLinkedRoleDeletionStatus: {
    on: iam(`role/${LINKED}`),
    input: { DeletionTaskId: `task/${LINKED}/1` },
  },
  GetUser: USER,
  GetUserPolicy: USER,
  ListAccessKeys: USER,
  ListAccountAliases: '*',
  ListAttachedGroupPolicies: GROUP,
  ListAttachedRolePolicies: ROLE,
  ListAttachedUserPolicies: USER,
  ListEntitiesForPolicy: POLICY,
  ListGroupPolicies: GROUP,
  ListGroups: iam('group/'),
  ListGroupsForUser: USER,
  ListInstanceProfileTags: PROFILE,
  ListInstanceProfiles: iam('instance-profile/'),
  ListInstanceProfilesForRole: ROLE,
  ListMFADevices: USER,
  ListOpenIDConnectProviderTags: PROVIDER,
  ListOpenIDConnectProviders: iam('oidc-provider/'),
  ListPolicies: iam('policy/'),
  ListPoliciesGrantingServiceAccess: {
    on: iam('role/sample'),
    input: { Arn: 'arn:aws:iam::{account}:role/sample' },
  },
  ListPolicyTags: POLICY,
  ListPolicyVersions: POLICY,
  ListRolePolicies: ROLE,
  ListRoleTags: ROLE,
  ListRoles: iam('role/'),
  ListSAMLProviders: '*',
  ListSSHPublicKeys: USER,
  ListServerCertificates: '*',
  ListServiceSpecificCredentials: USER,
  ListSigningCertificates: USER,
  ListUserPolicies: USER,
  ListUserTags: USER,
  ListUsers: iam('user/'),
  ListVirtualMFADevices: '*',
  PutGroupPolicy: GROUP,
  PutRolePermissionsBoundary: { on: ROLE, input: { PermissionsBoundary: POLICY_ARN } },
  PutRolePolicy: ROLE,
  PutUserPermissionsBoundary: { on: USER.on, input: { PermissionsBoundary: POLICY_ARN } },
  PutUserPolicy: USER,
  RemoveClientIDFromOpenIDConnectProvider: PROVIDER,
  RemoveRoleFromInstanceProfile: PROFILE,
  RemoveUserFromGroup: GROUP,
  SetDefaultPolicyVersion: VERSION,
  SimulateCustomPolicy: '*',
  SimulatePrincipalPolicy: {
    on: iam('role/sample'),
    input: { PolicySourceArn: 'arn:aws:iam::{account}:role/sample', ActionNames: ['ecr:PutImage'] },
  },
  TagInstanceProfile: tagged({ on: PROFILE }),
  TagOpenIDConnectProvider: tagged(PROVIDER),
  TagPolicy: tagged(POLICY),
  TagRole: tagged({ on: ROLE }),
  TagUser: tagged(USER),
  UntagInstanceProfile: untagged({ on: PROFILE }),
  UntagOpenIDConnectProvider: untagged(PROVIDER),
  UntagPolicy: untagged(POLICY),
  UntagRole: untagged({ on: ROLE }),
  UntagUser: untagged(USER),
  UpdateAccessKey: { ...USER, input: { UserName: 'sample', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' } },
  UpdateAccountPasswordPolicy: '*',
  UpdateAssumeRolePolicy: ROLE,
  UpdateGroup: GROUP,
  UpdateLoginProfile: USER,
  UpdateOpenIDConnectProviderThumbprint: PROVIDER,
  UpdateRole: ROLE,
  UpdateRoleDescription: ROLE,
  UpdateUser: USER,
});

export const IAM_ROWS: Rows = {
  ...ASKED,
  // It is for users alone, each his own.
  ChangePassword: { action: OWN_RULES, on: '*' },
};
