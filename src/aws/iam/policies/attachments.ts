import { attachedPosition, attachPolicy, detachPolicy, listAttached } from '../../../identity/iam/attachments.ts';
import type {
  AttachGroupPolicyRequest,
  AttachRolePolicyRequest,
  AttachUserPolicyRequest,
  DetachGroupPolicyRequest,
  DetachRolePolicyRequest,
  DetachUserPolicyRequest,
  ListAttachedGroupPoliciesRequest,
  ListAttachedRolePoliciesRequest,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
} from '../../model/iam.ts';
import { type Operation, operation } from '../../operation.ts';
import { boundary, onTarget } from '../on-target.ts';
import { cutPage, type PageInput } from '../paging.ts';
import { type Naming, OF_GROUP, OF_ROLE, OF_USER } from './naming.ts';

interface OfPolicy {
  readonly PolicyArn: string;
}

/** Puts a managed policy on a user, group or role, or takes it off. API_AttachUserPolicy, API_DetachUserPolicy. */
function changing<In extends OfPolicy>(verb: 'Attach' | 'Detach', naming: Naming<In>): Operation {
  const name = `${verb}${naming.word}Policy`;
  const change = verb === 'Attach' ? attachPolicy : detachPolicy;
  return operation<In, void>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(naming.kind, naming.nameOf, ({ PolicyArn }, { boundaryArn }) => [
      ['iam:PolicyARN', PolicyArn],
      ...boundary(boundaryArn),
    ]),

    async handle(input, call) {
      await change(call.world, naming.entity(input, call), input.PolicyArn);
    },
  });
}

function listing<In extends PageInput & { readonly PathPrefix?: string }>(naming: Naming<In>): Operation {
  const name = `ListAttached${naming.word}Policies`;
  return operation<In, ListAttachedUserPoliciesResponse>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(naming.kind, naming.nameOf),

    async handle(input, call) {
      const items = await listAttached(call.world, naming.entity(input, call), input.PathPrefix);
      const filter = [naming.nameOf(input), input.PathPrefix];
      const page = cutPage(call, { operation: name, filter }, input, { items, positionOf: attachedPosition });
      return {
        AttachedPolicies: page.items.map((it) => ({ PolicyName: it.name, PolicyArn: it.arn })),
        ...page.end,
      };
    },
  });
}

/** Managed policies on users, groups and roles. */
export const ATTACHMENT_OPERATIONS: readonly Operation[] = [
  changing<AttachUserPolicyRequest>('Attach', OF_USER),
  changing<DetachUserPolicyRequest>('Detach', OF_USER),
  listing<ListAttachedUserPoliciesRequest>(OF_USER),
  changing<AttachGroupPolicyRequest>('Attach', OF_GROUP),
  changing<DetachGroupPolicyRequest>('Detach', OF_GROUP),
  listing<ListAttachedGroupPoliciesRequest>(OF_GROUP),
  changing<AttachRolePolicyRequest>('Attach', OF_ROLE),
  changing<DetachRolePolicyRequest>('Detach', OF_ROLE),
  listing<ListAttachedRolePoliciesRequest>(OF_ROLE),
];
