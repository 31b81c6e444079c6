import { iamArn } from '../../../identity/iam/iam.ts';
import {
  createPolicy,
  deletePolicy,
  getPolicy,
  listPolicies,
  policyPosition,
} from '../../../identity/iam/managed-policies.ts';
import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget, requestTags } from '../on-target.ts';
import { cutPage } from '../paging.ts';
import { listedPolicy, wholePolicy } from './describe.ts';

/** Makes a managed policy of the account, with its first version in force. API_CreatePolicy. */
export const CreatePolicy = operation<CreatePolicyRequest, CreatePolicyResponse>({
  service: 'iam',
  name: 'CreatePolicy',
  action: 'iam:CreatePolicy',
  furtherActions: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagPolicy'] : []),
  resource: ({ PolicyName: name, Path: path = '/' }, { world, principal }) =>
    iamArn(world, 'policy', { account: principal.account, path, name }),
  conditions: ({ Tags }) => requestTags(Tags),

  async handle(input, { world, principal }) {
    const policy = await createPolicy(world, principal.account, {
      name: input.PolicyName,
      path: input.Path,
      description: input.Description,
      document: input.PolicyDocument,
      tags: input.Tags,
    });
    return { Policy: wholePolicy(policy) };
  },
});

export const GetPolicy = operation<GetPolicyRequest, GetPolicyResponse>({
  service: 'iam',
  name: 'GetPolicy',
  action: 'iam:GetPolicy',
  ...onTarget<GetPolicyRequest>('policy', (it) => it.PolicyArn),

  async handle({ PolicyArn }, { world, principal }) {
    return { Policy: wholePolicy(await getPolicy(world, principal.account, PolicyArn)) };
  },
});

export const DeletePolicy = operation<DeletePolicyRequest, void>({
  service: 'iam',
  name: 'DeletePolicy',
  action: 'iam:DeletePolicy',
  ...onTarget<DeletePolicyRequest>('policy', (it) => it.PolicyArn),
  handle: ({ PolicyArn }, { world, principal }) => deletePolicy(world, principal.account, PolicyArn),
});

/** The account's policies and AWS's, by name. API_ListPolicies. */
export const ListPolicies = operation<ListPoliciesRequest, ListPoliciesResponse>({
  service: 'iam',
  name: 'ListPolicies',
  action: 'iam:ListPolicies',
  resource: ({ PathPrefix: path = '/' }, { world, principal }) =>
    iamArn(world, 'policy', { account: principal.account, path, name: '' }),

  async handle(input, call) {
    const filter = {
      scope: input.Scope ?? 'All',
      onlyAttached: input.OnlyAttached ?? false,
      pathPrefix: input.PathPrefix ?? '/',
      usage: input.PolicyUsageFilter,
    };
    const items = await listPolicies(call.world, call.principal.account, filter);
    const page = cutPage(call, { operation: 'ListPolicies', filter }, input, { items, positionOf: policyPosition });
    return { Policies: page.items.map(listedPolicy), ...page.end };
  },
});
