import { getCacheRule } from '../../upstream/cache-rules.ts';
import { faultOfRule } from '../../upstream/validate-rule.ts';
import type { ValidatePullThroughCacheRuleRequest, ValidatePullThroughCacheRuleResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeCacheRule } from './cache-rule.ts';
import { registryOf, wholeRegistry } from './registry.ts';

/** Whether the upstream of a pull through cache rule can be asked. API_ValidatePullThroughCacheRule. */
export const ValidatePullThroughCacheRule = operation<
  ValidatePullThroughCacheRuleRequest,
  ValidatePullThroughCacheRuleResponse
>({
  service: 'ecr',
  name: 'ValidatePullThroughCacheRule',
  action: 'ecr:ValidatePullThroughCacheRule',
  resource: wholeRegistry,

  async handle(input, call) {
    const rule = await getCacheRule(call.world, registryOf(input, call), input.ecrRepositoryPrefix);
    const failure = await faultOfRule(call.world, rule);
    const { upstreamRegistry: _, ...shown } = describeCacheRule(rule);
    return { ...shown, isValid: failure === undefined, ...(failure !== undefined && { failure }) };
  },
});
