import { listRuleTags } from '../../events/rule-tags.ts';
import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '../model/events.ts';
import { taggedOperation } from './tagged-operation.ts';

/** Lists the tags of a rule. API_ListTagsForResource. */
export const ListTagsForResource = taggedOperation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
  name: 'ListTagsForResource',
  handle: async ({ ResourceARN }, { world, registry }) => ({ Tags: await listRuleTags(world, registry, ResourceARN) }),
});
