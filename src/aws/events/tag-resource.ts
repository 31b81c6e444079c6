import { tagConditions } from '../../events/rule-conditions.ts';
import { tagRule } from '../../events/rule-tags.ts';
import type { TagResourceRequest, TagResourceResponse } from '../model/events.ts';
import { taggedOperation } from './tagged-operation.ts';

/** Sets tags of a rule. API_TagResource. */
export const TagResource = taggedOperation<TagResourceRequest, TagResourceResponse>({
  name: 'TagResource',
  conditions: ({ Tags }) => tagConditions(Tags),

  async handle({ ResourceARN: arn, Tags: tags }, { world, registry }) {
    await tagRule(world, registry, { arn, tags });
    return {};
  },
});
