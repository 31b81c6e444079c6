import { defineRefusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { type Bucket, isFull, takeToken } from './bucket.ts';
import { ratesOf } from './rates.ts';

/** ECR's words for who calls too often; its clients wait, and try again. */
export const RateExceeded = defineRefusal<{ operation: string }>({
  code: 'ThrottlingException',
  oci: { code: 'TOOMANYREQUESTS', status: 429 },
  message: () => 'Rate exceeded',
});

/** Bounds how often an account may call, by operation, in each region. Both doors count in the same one. */
export interface Throttle {
  /** Counts a call of that operation. @throws RateExceeded when there were too many */
  count(caller: RegistryId, operation: string): void;
}

const KEPT_AT_MOST = 10_000;

/** Each process counts for itself: behind a balancer an account may have as many times the rate as there are nodes. */
export function throttle({ rules, clock }: Pick<World, 'rules' | 'clock'>): Throttle {
  const rates = ratesOf(rules);
  const buckets = new Map<string, Bucket>();
  return {
    count({ account, region }, operation) {
      const rate = rates.get(operation);
      if (rate === undefined) return;
      const now = clock.now().getTime();
      const key = `${account} ${region} ${operation}`;
      const { bucket, waitMs } = takeToken(buckets.get(key), rate, now);
      if (!buckets.has(key) && buckets.size >= KEPT_AT_MOST) forgetFull(buckets, now);
      buckets.set(key, bucket);
      if (waitMs > 0) throw RateExceeded({ operation });
    },
  };
}

/** Those in use stay, however many they are: they are as many as there are accounts that call at this moment. */
function forgetFull(buckets: Map<string, Bucket>, now: number): void {
  for (const [key, bucket] of buckets) if (isFull(bucket, now)) buckets.delete(key);
}
