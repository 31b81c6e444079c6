import { QUOTAS, type Quota } from '../values/quotas.ts';
import type { Rules } from '../world.ts';

/** How many times ECR's rates hold. */
const TIMES = { ecr: 1, tenfold: 10 } as const;

/** Calls in a second that a quota allows now; undefined of one that is no rate, and of a rate that nothing bounds. */
export function rateOf({ key, rateOf, value }: Quota, { quotas, throttling }: Pick<Rules, 'quotas' | 'throttling'>) {
  if (rateOf === undefined) return undefined;
  return quotas.get(key) ?? (throttling === 'off' ? undefined : value * TIMES[throttling]);
}

/** All rates that hold, by operation. */
export function ratesOf(rules: Pick<Rules, 'quotas' | 'throttling'>): ReadonlyMap<string, number> {
  return new Map(
    QUOTAS.flatMap((quota) => {
      const rate = rateOf(quota, rules);
      return rate !== undefined && quota.rateOf !== undefined ? [[quota.rateOf, rate] as const] : [];
    }),
  );
}
