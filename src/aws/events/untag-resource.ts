import { untagRule } from '../../events/rule-tags.ts';
import type { UntagResourceRequest, UntagResourceResponse } from '../model/events.ts';
import { taggedOperation } from './tagged-operation.ts';

/** Takes tags off a rule. API_UntagResource. */
export const UntagResource = taggedOperation<UntagResourceRequest, UntagResourceResponse>({
  name: 'UntagResource',
  conditions: ({ TagKeys }) => [['aws:TagKeys', TagKeys]],

  async handle({ ResourceARN: arn, TagKeys: keys }, { world, registry }) {
    await untagRule(world, registry, { arn, keys });
    return {};
  },
});
