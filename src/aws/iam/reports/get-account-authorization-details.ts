import { accountDetails, type EntityDetail, type PolicyDetail } from '../../../identity/iam/account-details.ts';
import type {
  EntityType,
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  RoleDetail,
  UserDetail,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { listedProfile } from '../instance-profiles/describe.ts';
import { pageEnd, pageOf } from '../paging.ts';
import { wholePolicy, wholeVersion } from '../policies/describe.ts';
import { boundaryOf, wholeRole } from '../roles/describe.ts';

const ALL: readonly EntityType[] = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'];

/** All that decides who may do what in the account. API_GetAccountAuthorizationDetails. */
export const GetAccountAuthorizationDetails = operation<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
>({
  service: 'iam',
  name: 'GetAccountAuthorizationDetails',
  action: 'iam:GetAccountAuthorizationDetails',
  resource: () => '*',

  async handle(input, call) {
    const kinds = input.Filter === undefined || input.Filter.length === 0 ? ALL : input.Filter;
    const listing = { operation: 'GetAccountAuthorizationDetails', filter: kinds };
    const page = pageOf(call, listing, input);
    const { entities, policies, next } = await accountDetails(call.world, call.principal.account, { kinds, ...page });
    const of = (kind: EntityDetail['kind']) => entities.filter((it) => it.kind === kind);
    return {
      UserDetailList: of('user').map(userDetail),
      GroupDetailList: of('group').map(groupDetail),
      RoleDetailList: of('role').flatMap(roleDetail),
      Policies: policies.map(policyDetail),
      ...pageEnd(call, listing, next),
    };
  },
});

function userDetail(it: EntityDetail): UserDetail {
  return {
    Path: it.path,
    UserName: it.name,
    UserId: it.id,
    Arn: it.arn,
    CreateDate: it.createdAt,
    UserPolicyList: inlineOf(it),
    GroupList: it.groups,
    AttachedManagedPolicies: attachedOf(it),
    ...(it.boundaryArn !== undefined && { PermissionsBoundary: boundaryOf(it.boundaryArn) }),
    Tags: it.tags,
  };
}

function groupDetail(it: EntityDetail): GroupDetail {
  return {
    Path: it.path,
    GroupName: it.name,
    GroupId: it.id,
    Arn: it.arn,
    CreateDate: it.createdAt,
    GroupPolicyList: inlineOf(it),
    AttachedManagedPolicies: attachedOf(it),
  };
}

function roleDetail(it: EntityDetail): RoleDetail[] {
  if (!it.role) return [];
  const { Description: _, MaxSessionDuration: __, ...role } = wholeRole(it.role);
  return [
    {
      ...role,
      InstanceProfileList: it.profiles.map(listedProfile),
      RolePolicyList: inlineOf(it),
      AttachedManagedPolicies: attachedOf(it),
      Tags: it.tags,
    },
  ];
}

function policyDetail(it: PolicyDetail): ManagedPolicyDetail {
  const { Tags: _, ...policy } = wholePolicy(it);
  return { ...policy, PolicyVersionList: it.versions.map(wholeVersion) };
}

function inlineOf({ inline }: EntityDetail) {
  return inline.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: document }));
}

function attachedOf({ attached }: EntityDetail) {
  return attached.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn }));
}
