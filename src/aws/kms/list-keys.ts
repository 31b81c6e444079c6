import { listKeys } from '../../kms/list-keys.ts';
import { keyArn } from '../../values/kms-arn.ts';
import type { ListKeysRequest, ListKeysResponse } from '../model/kms.ts';
import { operation } from '../operation.ts';
import { cutPage, pageOf } from './pages.ts';

/** Lists the keys of the caller's account. API_ListKeys. */
export const ListKeys = operation<ListKeysRequest, ListKeysResponse>({
  service: 'kms',
  name: 'ListKeys',
  action: 'kms:ListKeys',
  resource: () => '*',

  async handle(input, call) {
    const { after, limit } = pageOf(call, 'ListKeys', input, 100);
    const ids = await listKeys(call.world, call.registry, { after, limit: limit + 1 });
    const { page, ...more } = cutPage(call, 'ListKeys', ids, { limit, positionOf: (it) => it });
    return { Keys: page.map((id) => ({ KeyId: id, KeyArn: keyArn(call.registry, id) })), ...more };
  },
});
