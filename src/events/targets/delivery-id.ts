import { createHash } from 'node:crypto';
import type { Delivery } from '../delivery.ts';

/**
 * The name of a delivery: the same for every try, and another for every target. Whoever gets it twice knows that he was
 * told before; two rules that send one event to one place send two.
 */
export function deliveryId({ eventId, ruleArn, target }: Delivery): string {
  const place = createHash('sha256').update(`${ruleArn} ${target.id}`).digest('hex').slice(0, 8);
  return `${eventId}-${place}`;
}
