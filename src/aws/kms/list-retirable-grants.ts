import { listGrantsOf } from '../../kms/list-grants.ts';
import { InvalidArn } from '../../kms/refusals.ts';
import type { ListGrantsResponse, ListRetirableGrantsRequest } from '../model/kms.ts';
import { operation } from '../operation.ts';
import { describeGrant } from './describe-grant.ts';
import { cutPage, pageOf } from './pages.ts';

/** Lists the grants that a principal may retire. API_ListRetirableGrants. */
export const ListRetirableGrants = operation<ListRetirableGrantsRequest, ListGrantsResponse>({
  service: 'kms',
  name: 'ListRetirableGrants',
  action: 'kms:ListRetirableGrants',
  resource: () => '*',

  async handle(input, call) {
    if (!input.RetiringPrincipal.includes(`::${call.registry.account}:`)) {
      throw InvalidArn({ what: `${input.RetiringPrincipal} is no principal of this account.` });
    }
    const of = { retiring: input.RetiringPrincipal, ...call.registry };
    const list = `ListRetirableGrants ${of.retiring}`;
    const { after, limit } = pageOf(call, list, input, 50);
    const found = await listGrantsOf(call.world, of, { after, limit: limit + 1 });
    const { page, ...more } = cutPage(call, list, found, { limit, positionOf: (it) => it.grant_id });
    return { Grants: page.map(describeGrant), ...more };
  },
});
