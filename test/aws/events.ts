import type { Delivery } from '../../src/events/delivery.ts';
import type { TestBerth } from '../berth.ts';
import { type Answer, call, type Sent } from './call.ts';

/** Calls EventBridge as the Berth's root unless said otherwise. */
export function callEvents(
  berth: TestBerth,
  operation: string,
  body: object = {},
  sent: Pick<Sent, 'caller'> = {},
): Promise<Answer> {
  const headers = { 'x-amz-target': `AWSEvents.${operation}` };
  return call(berth, operation, { headers, service: 'events', body, ...sent });
}

/** What was answered. @throws when it was a refusal */
export async function answerOf(
  berth: TestBerth,
  operation: string,
  body: object = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { status, json, text } = await callEvents(berth, operation, body);
  if (status !== 200) throw new Error(`${operation} was refused: ${text}`);
  return json;
}

/** What is still to be delivered, in the order in which it was added. */
export async function deliveries(berth: TestBerth): Promise<readonly Delivered[]> {
  const rows = await berth.world.metadata.read((tx) =>
    tx.selectFrom('jobs').select(['payload', 'order_key']).where('kind', '=', 'deliver-event').orderBy('seq').execute(),
  );
  return rows.map((it) => ({ ...JSON.parse(it.payload), orderKey: it.order_key }));
}

type Delivered = Delivery & { readonly orderKey: string | null };
