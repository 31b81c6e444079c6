import { tagRepository } from '../../registry/repository-tags.ts';
import type { TagResourceRequest, TagResourceResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { taggedArn, taggedRepository } from './resource-arn.ts';
import { requestTagConditions } from './tag-conditions.ts';
import { storedTags } from './tags.ts';

/** Adds tags to a repository's, or changes them. API_TagResource. */
export const TagResource = operation<TagResourceRequest, TagResourceResponse>({
  service: 'ecr',
  name: 'TagResource',
  action: 'ecr:TagResource',
  resource: taggedArn,
  conditions: ({ tags }) => requestTagConditions(tags),

  async handle(input, call) {
    const { registry, repositoryName } = taggedRepository(input, call);
    await tagRepository(call.world, registry, repositoryName, storedTags(input.tags));
    return {};
  },
});
