import { tagsOfRepository } from '../../registry/repository-tags.ts';
import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { taggedArn, taggedRepository } from './resource-arn.ts';
import { describeTags } from './tags.ts';

/** The tags of a repository by key. API_ListTagsForResource. */
export const ListTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
  service: 'ecr',
  name: 'ListTagsForResource',
  action: 'ecr:ListTagsForResource',
  resource: taggedArn,

  async handle(input, call) {
    const { registry, repositoryName } = taggedRepository(input, call);
    return { tags: describeTags(await tagsOfRepository(call.world, registry, repositoryName)) };
  },
});
