import { NotCarried } from '../../messaging/port.ts';
import { type Answer, OutboundError } from '../../outbound/port.ts';
import type { World } from '../../world.ts';
import type { Delivery } from '../delivery.ts';
import { openParameters } from '../sealed-parameters.ts';
import { DeliveryFailed } from './delivery-failed.ts';
import { deliveryId } from './delivery-id.ts';
import type { QueueTarget, SubjectTarget, Target, WebhookTarget } from './parse-target.ts';
import { retryAfterMs } from './retry-after.ts';
import { webhookRequest } from './webhook-request.ts';
import { signatureHeaders } from './webhook-secret.ts';

export type Delivering = Pick<World, 'metadata' | 'clock' | 'secrets' | 'outbound' | 'messaging'>;

const BOUNDS = { maxBytes: 16 * 1024, cutsOff: true, timeoutMs: 10_000 } as const;
/** As EventBridge tries API destinations again, and what says by itself that it is not for ever. */
const AGAIN = new Set([401, 407, 408, 409, 425, 429]);

/** Hands an event to its target. It has it when this resolves. @throws DeliveryFailed */
export async function deliver(world: Delivering, target: Target, delivery: Delivery): Promise<void> {
  try {
    if (target.kind === 'webhook') await post(world, target, delivery);
    else if (target.kind === 'queue') await send(world, target, delivery, {});
    else await publish(world, target, delivery);
  } catch (error) {
    throw asFailure(error);
  }
}

/** Puts an event that could not be delivered into a queue, with why. @throws DeliveryFailed */
export async function deadLetter(
  world: Delivering,
  queue: QueueTarget,
  delivery: Delivery,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  await send(world, queue, delivery, { attributes }).catch((error: unknown) => {
    throw asFailure(error);
  });
}

async function post(world: Delivering, target: WebhookTarget, delivery: Delivery): Promise<void> {
  const { account, region } = delivery.event;
  const { sealedHttpParameters: sealed } = delivery.target;
  const http = sealed === undefined ? {} : openParameters(world.secrets, account, sealed);
  const { id, url, contentType, headers, body } = webhookRequest(delivery, target, http);
  const signed = await signatureHeaders(world, { registry: { account, region }, address: target.url, id, body });
  const message = { contentType, body, headers: { ...headers, ...signed }, mayBePlain: true } as const;
  const answer = await world.outbound.post(url, message, BOUNDS);
  if (answer.status < 200 || answer.status > 299) throw refusedBy(new URL(url).host, answer, world.clock.now());
}

function refusedBy(host: string, { status, headers }: Answer, now: Date): DeliveryFailed {
  const isFinal = status < 500 && !AGAIN.has(status);
  const code = status === 429 ? 'THROTTLING' : isFinal ? 'BAD_ENDPOINT' : 'SDK_CLIENT_ERROR';
  const afterMs = retryAfterMs(headers['retry-after'], now);
  return new DeliveryFailed(`${host} answered ${status}.`, { code, isFinal, afterMs });
}

async function send(
  { messaging }: Delivering,
  queue: QueueTarget,
  delivery: Delivery,
  more: { readonly attributes?: Readonly<Record<string, string>> },
): Promise<void> {
  // The credentials are the operator's: what an account may reach by them is its own.
  if (queue.account !== delivery.event.account) {
    throw new DeliveryFailed(`The queue ${queue.name} is one of another account, ${queue.account}.`, {
      code: 'NO_PERMISSIONS',
      isFinal: true,
    });
  }
  const fifo = {
    groupId: delivery.target.sqs?.messageGroupId ?? delivery.repositoryId ?? delivery.event.account,
    deduplicationId: deliveryId(delivery),
  };
  await messaging.send(queue, { body: delivery.body, ...more, ...(queue.isFifo && { fifo }) });
}

async function publish({ messaging }: Delivering, target: SubjectTarget, delivery: Delivery): Promise<void> {
  await messaging.publish(target, { id: deliveryId(delivery), body: delivery.body });
}

function asFailure(error: unknown): unknown {
  if (error instanceof NotCarried) {
    return new DeliveryFailed(error.message, { code: error.code, isFinal: error.isFinal, cause: error });
  }
  if (!(error instanceof OutboundError)) return error;
  const { failure, message } = error;
  const isFinal = failure === 'refused';
  const code = failure === 'timed out' ? 'TIMEOUT' : failure === 'unreachable' ? 'CONNECTION_FAILURE' : 'BAD_ENDPOINT';
  return new DeliveryFailed(message, { code, isFinal, cause: error });
}
