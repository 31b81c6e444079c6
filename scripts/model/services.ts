/**
 * The operations of IAM that are served; of the others not even the shapes are taken over, which would double what is
 * read at a start.
 */
const IAM = `
  CreateUser GetUser UpdateUser DeleteUser ListUsers TagUser UntagUser ListUserTags
  CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups AddUserToGroup RemoveUserFromGroup ListGroupsForUser
  CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole ListRoles TagRole UntagRole
  ListRoleTags
  PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies PutGroupPolicy GetGroupPolicy DeleteGroupPolicy
  ListGroupPolicies PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies
  CreatePolicy GetPolicy DeletePolicy ListPolicies TagPolicy UntagPolicy ListPolicyTags
  CreatePolicyVersion GetPolicyVersion DeletePolicyVersion ListPolicyVersions SetDefaultPolicyVersion
  ListEntitiesForPolicy ListPoliciesGrantingServiceAccess
  AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies AttachGroupPolicy DetachGroupPolicy
  ListAttachedGroupPolicies AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies
  PutUserPermissionsBoundary DeleteUserPermissionsBoundary PutRolePermissionsBoundary DeleteRolePermissionsBoundary
  CreateAccessKey UpdateAccessKey DeleteAccessKey ListAccessKeys GetAccessKeyLastUsed
  CreateLoginProfile GetLoginProfile UpdateLoginProfile DeleteLoginProfile ChangePassword
  GetAccountPasswordPolicy UpdateAccountPasswordPolicy DeleteAccountPasswordPolicy
  CreateAccountAlias DeleteAccountAlias ListAccountAliases GetAccountSummary
  CreateOpenIDConnectProvider GetOpenIDConnectProvider DeleteOpenIDConnectProvider ListOpenIDConnectProviders
  UpdateOpenIDConnectProviderThumbprint AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider
  TagOpenIDConnectProvider UntagOpenIDConnectProvider ListOpenIDConnectProviderTags
  CreateInstanceProfile GetInstanceProfile DeleteInstanceProfile ListInstanceProfiles ListInstanceProfilesForRole
  AddRoleToInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile
  ListInstanceProfileTags
  CreateServiceLinkedRole DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus
  GetAccountAuthorizationDetails GenerateCredentialReport GetCredentialReport GenerateServiceLastAccessedDetails
  GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities
  SimulatePrincipalPolicy SimulateCustomPolicy GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy
  ListMFADevices ListVirtualMFADevices GetMFADevice ListSSHPublicKeys GetSSHPublicKey ListSigningCertificates
  ListServiceSpecificCredentials ListServerCertificates GetServerCertificate ListSAMLProviders GetSAMLProvider
`;

const STS = `
  AssumeRole AssumeRoleWithWebIdentity GetCallerIdentity GetSessionToken GetFederationToken GetAccessKeyInfo
  DecodeAuthorizationMessage
`;

const EVENTS = `
  PutRule DescribeRule ListRules EnableRule DisableRule DeleteRule PutTargets ListTargetsByRule ListRuleNamesByTarget
  RemoveTargets PutEvents TestEventPattern DescribeEventBus ListEventBuses TagResource UntagResource ListTagsForResource
`;

const SIGNER = `
  PutSigningProfile GetSigningProfile ListSigningProfiles CancelSigningProfile SignPayload
  GetSigningPlatform ListSigningPlatforms TagResource UntagResource ListTagsForResource
`;

const SERVICE_QUOTAS = `
  ListServices ListServiceQuotas GetServiceQuota ListAWSDefaultServiceQuotas GetAWSDefaultServiceQuota
`;

const COST_EXPLORER = `
  GetCostAndUsage GetCostAndUsageWithResources GetDimensionValues GetTags GetCostForecast
`;

/** The AWS services whose published API models Berth serves. */
export const SERVICES: readonly Service[] = [
  { name: 'ecr', folder: 'ecr/2015-09-21' },
  { name: 'iam', folder: 'iam/2010-05-08', operations: namesIn(IAM) },
  { name: 'sts', folder: 'sts/2011-06-15', operations: namesIn(STS) },
  { name: 'kms', folder: 'kms/2014-11-01' },
  { name: 'cloudtrail', folder: 'cloudtrail/2013-11-01', operations: ['LookupEvents'] },
  { name: 'signer', folder: 'signer/2017-08-25', operations: namesIn(SIGNER) },
  { name: 'servicequotas', folder: 'service-quotas/2019-06-24', operations: namesIn(SERVICE_QUOTAS) },
  { name: 'ce', folder: 'ce/2017-10-25', operations: namesIn(COST_EXPLORER) },
  { name: 'events', folder: 'events/2015-10-07', operations: namesIn(EVENTS) },
];

export interface Service {
  /** Of our files. */
  readonly name: string;
  /** In botocore's data. */
  readonly folder: string;
  /** Those that are taken over, with the shapes that they need; all when not said. */
  readonly operations?: readonly string[];
}

function namesIn(text: string): readonly string[] {
  return text.split(/\s+/).filter((it) => it !== '');
}
