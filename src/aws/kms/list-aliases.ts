import { nameKey } from '../../kms/find-key.ts';
import { listAllAliases } from '../../kms/list-keys.ts';
import { aliasArn } from '../../values/kms-arn.ts';
import type { ListAliasesRequest, ListAliasesResponse } from '../model/kms.ts';
import { operation } from '../operation.ts';
import { cutPage, pageOf } from './pages.ts';

/** Lists the aliases of the caller's account, or of one key. API_ListAliases. */
export const ListAliases = operation<ListAliasesRequest, ListAliasesResponse>({
  service: 'kms',
  name: 'ListAliases',
  action: 'kms:ListAliases',
  resource: () => '*',

  async handle(input, call) {
    const keyId = input.KeyId === undefined ? undefined : nameKey(input.KeyId, call.registry, 'keys').id;
    const list = `ListAliases ${keyId ?? ''}`;
    const { after, limit } = pageOf(call, list, input, 50);
    const found = await listAllAliases(call.world, call.registry, { keyId, after, limit: limit + 1 });
    const { page, ...more } = cutPage(call, list, found, { limit, positionOf: (it) => it.name });
    return {
      Aliases: page.map((it) => ({
        AliasName: it.name,
        AliasArn: aliasArn(it, it.name),
        TargetKeyId: it.key_id,
        CreationDate: new Date(it.created_at),
        LastUpdatedDate: new Date(it.updated_at),
      })),
      ...more,
    };
  },
});
