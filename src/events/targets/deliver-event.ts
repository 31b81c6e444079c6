import { Hopeless, type JobKind, TryLater } from '../../jobs/job-kind.ts';
import { DELIVER_EVENT, type Delivery } from '../delivery.ts';
import { type Delivering, deadLetter, deliver } from './deliver.ts';
import { DeliveryFailed } from './delivery-failed.ts';
import { parseTarget, type Target } from './parse-target.ts';
import { slowTargets } from './slow-targets.ts';

/** More than any retry policy asks for (185 beside the first): the policy decides, not this. */
const ATTEMPTS = 187;
const LONGEST_WAIT_MS = 10 * 60 * 1000;

/**
 * Delivers one event to one target, at least once; those of one repository in their order. What fails is tried again as
 * the target's retry policy says; then it goes to the target's queue for dead letters, or is a dead job.
 */
export const deliverEvent = deliveringEvents();

function deliveringEvents(): JobKind {
  const slow = slowTargets();
  return {
    name: DELIVER_EVENT,
    attempts: ATTEMPTS,
    atOnce: 32,
    timeoutMs: 60_000,
    async run(world, payload, { attempt }) {
      const delivery = payload as Delivery;
      const target = parseTarget(delivery.target.arn);
      if (!target) throw new Hopeless(`${delivery.target.arn} is no target that this version of Berth knows.`);
      const entry = slow.enter(placeOf(target), world.clock.now());
      if ('waitMs' in entry) {
        throw new TryLater('The target is busy with other events.', { afterMs: entry.waitMs, isFailure: false });
      }
      try {
        await deliver(world, target, delivery);
      } catch (error) {
        if (!(error instanceof DeliveryFailed)) throw error;
        await followFailure(world, delivery, error, attempt);
      } finally {
        entry.leave(world.clock.now());
      }
    },
  };
}

/** What is slow together. */
function placeOf(target: Target): string {
  if (target.kind === 'webhook') return new URL(target.url).origin;
  return target.kind === 'queue' ? `queues in ${target.region}` : target.server;
}

/** Has the event tried again, or puts it where dead ones go. @throws TryLater, Hopeless */
async function followFailure(
  world: Delivering,
  delivery: Delivery,
  failure: DeliveryFailed,
  attempt: number,
): Promise<void> {
  const condition = exhausted(delivery, attempt, world.clock.now());
  if (!failure.isFinal && condition === undefined) {
    const usual = Math.min(1_000 * 2 ** (attempt - 1), LONGEST_WAIT_MS);
    throw new TryLater(failure.message, { afterMs: Math.max(usual, failure.afterMs ?? 0) });
  }
  const { deadLetterArn, arn } = delivery.target;
  const queue = deadLetterArn === undefined ? undefined : parseTarget(deadLetterArn);
  if (queue?.kind !== 'queue') throw new Hopeless(failure.message);
  const attributes = {
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    RULE_ARN: delivery.ruleArn,
    TARGET_ARN: arn,
    RETRY_ATTEMPTS: String(attempt - 1),
    ...(condition !== undefined && { EXHAUSTED_RETRY_CONDITION: condition }),
  };
  await deadLetter(world, queue, delivery, attributes).catch((error: unknown) => {
    if (!(error instanceof DeliveryFailed)) throw error;
    throw new Hopeless(`${failure.message} Nor does its queue for dead letters take it: ${error.message}`);
  });
}

/** What of the retry policy is used up, in EventBridge's words. */
function exhausted({ target, acceptedAt }: Delivery, attempt: number, now: Date): string | undefined {
  const { maximumRetryAttempts, maximumEventAgeInSeconds } = target.retryPolicy;
  if (attempt > maximumRetryAttempts) return 'MaximumRetryAttempts';
  if (now.getTime() - acceptedAt >= maximumEventAgeInSeconds * 1000) return 'MaximumEventAgeInSeconds';
  return undefined;
}
