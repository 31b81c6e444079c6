import { policiesGranting } from '../../../identity/iam/granting-policies.ts';
import type {
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse,
  policyOwnerEntityType,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { pageEnd, pageOf } from '../paging.ts';

const OWNERS = { user: 'USER', group: 'GROUP', role: 'ROLE' } as const satisfies Record<string, policyOwnerEntityType>;

/** Which policies let a user, group or role into services. API_ListPoliciesGrantingServiceAccess. */
export const ListPoliciesGrantingServiceAccess = operation<
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse
>({
  service: 'iam',
  name: 'ListPoliciesGrantingServiceAccess',
  action: 'iam:ListPoliciesGrantingServiceAccess',
  resource: (it) => it.Arn,

  async handle({ Arn, ServiceNamespaces, ...page }, call) {
    const listing = { operation: 'ListPoliciesGrantingServiceAccess', filter: [Arn, ServiceNamespaces] };
    // 200 services at most, on one page: a marker is none of this list.
    pageOf(call, listing, page);
    const granting = await policiesGranting(call.world, call.principal.account, Arn, ServiceNamespaces);
    return {
      PoliciesGrantingServiceAccess: granting.map(({ namespace, policies }) => ({
        ServiceNamespace: namespace,
        Policies: policies.map(({ name, arn, on }) => ({
          PolicyName: name,
          PolicyType: arn === undefined ? ('INLINE' as const) : ('MANAGED' as const),
          ...(arn === undefined ? { EntityType: OWNERS[on.kind], EntityName: on.name } : { PolicyArn: arn }),
        })),
      })),
      ...pageEnd(call, listing, undefined),
    };
  },
});
