import type { ListResourceTagsRequest, ListResourceTagsResponse } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';
import { cutPage, pageOf } from './pages.ts';

/** Lists a key's tags. API_ListResourceTags. */
export const ListResourceTags = keyOperation<ListResourceTagsRequest, ListResourceTagsResponse>({
  name: 'ListResourceTags',

  async handle(input, call, key) {
    const list = `ListResourceTags ${key.arn}`;
    const { after, limit } = pageOf(call, list, input, 50);
    const rest = key.tags.filter(([it]) => after === undefined || it > after);
    const { page, ...more } = cutPage(call, list, rest, { limit, positionOf: ([it]) => it });
    return { Tags: page.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...more };
  },
});
