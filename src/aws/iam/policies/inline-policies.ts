import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
} from '../../../identity/iam/inline-policies.ts';
import type {
  DeleteGroupPolicyRequest,
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  GetGroupPolicyRequest,
  GetGroupPolicyResponse,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListGroupPoliciesRequest,
  ListRolePoliciesRequest,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
  PutGroupPolicyRequest,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '../../model/iam.ts';
import { type Operation, operation } from '../../operation.ts';
import { boundary, onTarget } from '../on-target.ts';
import { cutPage, type PageInput } from '../paging.ts';
import { type Naming, OF_GROUP, OF_ROLE, OF_USER } from './naming.ts';

/** Puts a policy into a user, group or role. API_PutUserPolicy and its like. */
function putting<In extends { readonly PolicyName: string; readonly PolicyDocument: string }>(
  naming: Naming<In>,
): Operation {
  const name = `Put${naming.word}Policy`;
  return operation<In, void>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(naming.kind, naming.nameOf, (_, facts) => boundary(facts.boundaryArn)),

    async handle(input, call) {
      const { PolicyName, PolicyDocument } = input;
      await putInlinePolicy(call.world, naming.entity(input, call), { name: PolicyName, document: PolicyDocument });
    },
  });
}

function deleting<In extends { readonly PolicyName: string }>(naming: Naming<In>): Operation {
  const name = `Delete${naming.word}Policy`;
  return operation<In, void>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(naming.kind, naming.nameOf, (_, facts) => boundary(facts.boundaryArn)),

    async handle(input, call) {
      await deleteInlinePolicy(call.world, naming.entity(input, call), input.PolicyName);
    },
  });
}

function getting<In extends { readonly PolicyName: string }, Out>(
  naming: Naming<In>,
  answer: (found: Awaited<ReturnType<typeof getInlinePolicy>>) => Out,
): Operation {
  const name = `Get${naming.word}Policy`;
  return operation<In, Out>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(naming.kind, naming.nameOf),
    handle: async (input, call) =>
      answer(await getInlinePolicy(call.world, naming.entity(input, call), input.PolicyName)),
  });
}

function listing<In extends PageInput>(naming: Naming<In>): Operation {
  const name = `List${naming.word}Policies`;
  return operation<In, ListUserPoliciesResponse>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(naming.kind, naming.nameOf),

    async handle(input, call) {
      const items = (await listInlinePolicies(call.world, naming.entity(input, call))).map((it) => it.name);
      const page = cutPage(call, { operation: name, filter: naming.nameOf(input) }, input, {
        items,
        positionOf: (it) => it,
      });
      return { PolicyNames: page.items, ...page.end };
    },
  });
}

const policyOf = ({ name, document }: { readonly name: string; readonly document: string }) => ({
  PolicyName: name,
  PolicyDocument: document,
});

/** The policies that are part of users, groups and roles. */
export const INLINE_POLICY_OPERATIONS: readonly Operation[] = [
  putting<PutUserPolicyRequest>(OF_USER),
  getting<GetUserPolicyRequest, GetUserPolicyResponse>(OF_USER, (it) => ({ UserName: it.entityName, ...policyOf(it) })),
  deleting<DeleteUserPolicyRequest>(OF_USER),
  listing<ListUserPoliciesRequest>(OF_USER),
  putting<PutGroupPolicyRequest>(OF_GROUP),
  getting<GetGroupPolicyRequest, GetGroupPolicyResponse>(OF_GROUP, (it) => ({
    GroupName: it.entityName,
    ...policyOf(it),
  })),
  deleting<DeleteGroupPolicyRequest>(OF_GROUP),
  listing<ListGroupPoliciesRequest>(OF_GROUP),
  putting<PutRolePolicyRequest>(OF_ROLE),
  getting<GetRolePolicyRequest, GetRolePolicyResponse>(OF_ROLE, (it) => ({ RoleName: it.entityName, ...policyOf(it) })),
  deleting<DeleteRolePolicyRequest>(OF_ROLE),
  listing<ListRolePoliciesRequest>(OF_ROLE),
];
