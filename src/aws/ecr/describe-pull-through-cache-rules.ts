import { type CacheRule, cacheRulesNamed, listCacheRules } from '../../upstream/cache-rules.ts';
import type { DescribePullThroughCacheRulesRequest, DescribePullThroughCacheRulesResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeCacheRule } from './cache-rule.ts';
import { nextPage, pageOf, refusePaging } from './paging.ts';
import { registryOf, wholeRegistry } from './registry.ts';

/** The pull through cache rules named, all or none, or a page of all of them by prefix. API_DescribePullThroughCacheRules. */
export const DescribePullThroughCacheRules = operation<
  DescribePullThroughCacheRulesRequest,
  DescribePullThroughCacheRulesResponse
>({
  service: 'ecr',
  name: 'DescribePullThroughCacheRules',
  action: 'ecr:DescribePullThroughCacheRules',
  resource: wholeRegistry,

  async handle(input, call) {
    const { ecrRepositoryPrefixes: prefixes } = input;
    const registry = registryOf(input, call);
    if (prefixes !== undefined) {
      refusePaging(input, 'ecrRepositoryPrefixes');
      const rules = await cacheRulesNamed(call.world, registry, prefixes);
      return { pullThroughCacheRules: rules.map(describeWithTimes) };
    }
    const listing = { operation: 'DescribePullThroughCacheRules', registry };
    const { rules, next } = await listCacheRules(call.world, registry, pageOf(call.world, listing, input));
    return { pullThroughCacheRules: rules.map(describeWithTimes), ...nextPage(call.world, listing, next) };
  },
});

function describeWithTimes(rule: CacheRule) {
  return { ...describeCacheRule(rule), createdAt: rule.createdAt, updatedAt: rule.updatedAt };
}
