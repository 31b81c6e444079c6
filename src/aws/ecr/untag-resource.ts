import { untagRepository } from '../../registry/repository-tags.ts';
import type { UntagResourceRequest, UntagResourceResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { taggedArn, taggedRepository } from './resource-arn.ts';

/** Takes tags off a repository; keys that it has not are passed over. API_UntagResource. */
export const UntagResource = operation<UntagResourceRequest, UntagResourceResponse>({
  service: 'ecr',
  name: 'UntagResource',
  action: 'ecr:UntagResource',
  resource: taggedArn,
  conditions: ({ tagKeys }) => [['aws:TagKeys', tagKeys]],

  async handle(input, call) {
    const { registry, repositoryName } = taggedRepository(input, call);
    await untagRepository(call.world, registry, repositoryName, input.tagKeys);
    return {};
  },
});
