import { deleteCacheRule } from '../../upstream/cache-rules.ts';
import type { DeletePullThroughCacheRuleRequest, DeletePullThroughCacheRuleResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeCacheRule } from './cache-rule.ts';
import { registryOf, wholeRegistry } from './registry.ts';

/** Removes a pull through cache rule; what was cached by it stays. API_DeletePullThroughCacheRule. */
export const DeletePullThroughCacheRule = operation<
  DeletePullThroughCacheRuleRequest,
  DeletePullThroughCacheRuleResponse
>({
  service: 'ecr',
  name: 'DeletePullThroughCacheRule',
  action: 'ecr:DeletePullThroughCacheRule',
  resource: wholeRegistry,

  async handle(input, call) {
    const rule = await deleteCacheRule(call.world, registryOf(input, call), input.ecrRepositoryPrefix);
    const { upstreamRegistry: _, ...shown } = describeCacheRule(rule);
    return { ...shown, createdAt: rule.createdAt };
  },
});
