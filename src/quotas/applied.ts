import type { Quota } from '../values/quotas.ts';
import type { Rules } from '../world.ts';
import { rateOf } from './rates.ts';

/** What holds for a quota now; undefined for a rate that nothing bounds. */
export function appliedValue(quota: Quota, rules: Pick<Rules, 'quotas' | 'throttling'>): number | undefined {
  if (quota.rateOf !== undefined) return rateOf(quota, rules);
  return rules.quotas.get(quota.key) ?? quota.value;
}
