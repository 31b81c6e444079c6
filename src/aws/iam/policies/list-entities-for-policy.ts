import { entitiesForPolicy, policyEntityPosition } from '../../../identity/iam/policy-entities.ts';
import type { EntityType, ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse } from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';
import { cutPage } from '../paging.ts';

const KINDS = { User: 'user', Group: 'group', Role: 'role' } as const;

/** The users, groups and roles that a managed policy is on, or that it bounds. API_ListEntitiesForPolicy. */
export const ListEntitiesForPolicy = operation<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse>({
  service: 'iam',
  name: 'ListEntitiesForPolicy',
  action: 'iam:ListEntitiesForPolicy',
  ...onTarget<ListEntitiesForPolicyRequest>('policy', (it) => it.PolicyArn),

  async handle(input, call) {
    const { PolicyArn, EntityFilter, PathPrefix: pathPrefix = '/', PolicyUsageFilter: usage } = input;
    // A policy is never on a policy.
    const items = isPolicy(EntityFilter)
      ? []
      : await entitiesForPolicy(call.world, call.principal.account, PolicyArn, {
          kind: EntityFilter && KINDS[EntityFilter],
          pathPrefix,
          usage,
        });
    const listing = { operation: 'ListEntitiesForPolicy', filter: [PolicyArn, EntityFilter, pathPrefix, usage] };
    const page = cutPage(call, listing, input, { items, positionOf: policyEntityPosition });
    const of = (kind: 'user' | 'group' | 'role') => page.items.filter((it) => it.kind === kind);
    return {
      PolicyGroups: of('group').map((it) => ({ GroupName: it.name, GroupId: it.id })),
      PolicyUsers: of('user').map((it) => ({ UserName: it.name, UserId: it.id })),
      PolicyRoles: of('role').map((it) => ({ RoleName: it.name, RoleId: it.id })),
      ...page.end,
    };
  },
});

function isPolicy(filter: EntityType | undefined): filter is 'LocalManagedPolicy' | 'AWSManagedPolicy' {
  return filter === 'LocalManagedPolicy' || filter === 'AWSManagedPolicy';
}
