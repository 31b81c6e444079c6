import { updateCacheRule } from '../../upstream/cache-rules.ts';
import type { UpdatePullThroughCacheRuleRequest, UpdatePullThroughCacheRuleResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { askToPassUpstreamRole, describeCacheRule } from './cache-rule.ts';
import { registryOf, wholeRegistry } from './registry.ts';

/** Gives a pull through cache rule other credentials or another role. API_UpdatePullThroughCacheRule. */
export const UpdatePullThroughCacheRule = operation<
  UpdatePullThroughCacheRuleRequest,
  UpdatePullThroughCacheRuleResponse
>({
  service: 'ecr',
  name: 'UpdatePullThroughCacheRule',
  action: 'ecr:UpdatePullThroughCacheRule',
  resource: wholeRegistry,

  async handle(input, call) {
    await askToPassUpstreamRole(call, input);
    const { ecrRepositoryPrefix: prefix, credentialArn, customRoleArn } = input;
    const registry = registryOf(input, call);
    const rule = await updateCacheRule(call.world, registry, { prefix, credentialArn, customRoleArn });
    const { upstreamRegistryUrl: _, upstreamRegistry: __, ...shown } = describeCacheRule(rule);
    return { ...shown, updatedAt: rule.updatedAt };
  },
});
