import { createCacheRule } from '../../upstream/cache-rules.ts';
import type { CreatePullThroughCacheRuleRequest, CreatePullThroughCacheRuleResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { askToPassUpstreamRole, describeCacheRule } from './cache-rule.ts';
import { registryOf, wholeRegistry } from './registry.ts';

/** Makes a pull through cache rule. API_CreatePullThroughCacheRule. */
export const CreatePullThroughCacheRule = operation<
  CreatePullThroughCacheRuleRequest,
  CreatePullThroughCacheRuleResponse
>({
  service: 'ecr',
  name: 'CreatePullThroughCacheRule',
  action: 'ecr:CreatePullThroughCacheRule',
  resource: wholeRegistry,

  async handle(input, call) {
    await askToPassUpstreamRole(call, input);
    const rule = await createCacheRule(call.world, call.caller, {
      registry: registryOf(input, call),
      prefix: input.ecrRepositoryPrefix,
      upstreamUrl: input.upstreamRegistryUrl,
      upstreamName: input.upstreamRegistry,
      upstreamPrefix: input.upstreamRepositoryPrefix,
      credentialArn: input.credentialArn,
      customRoleArn: input.customRoleArn,
    });
    return { ...describeCacheRule(rule), createdAt: rule.createdAt };
  },
});
