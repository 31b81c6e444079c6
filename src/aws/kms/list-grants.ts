import { listGrantsOf } from '../../kms/list-grants.ts';
import type { ListGrantsRequest, ListGrantsResponse } from '../model/kms.ts';
import { describeGrant } from './describe-grant.ts';
import { keyOperation } from './key-operation.ts';
import { cutPage, pageOf } from './pages.ts';

/** Lists the grants on a key. API_ListGrants. */
export const ListGrants = keyOperation<ListGrantsRequest, ListGrantsResponse>({
  name: 'ListGrants',

  async handle(input, call, key) {
    const of = { keyId: key.row.key_id, grantId: input.GrantId, grantee: input.GranteePrincipal };
    const list = `ListGrants ${JSON.stringify(of)}`;
    const { after, limit } = pageOf(call, list, input, 50);
    const found = await listGrantsOf(call.world, of, { after, limit: limit + 1 });
    const { page, ...more } = cutPage(call, list, found, { limit, positionOf: (it) => it.grant_id });
    return { Grants: page.map(describeGrant), ...more };
  },
});
