import { enabledEventTargets } from '../storage/metadata/event-rules.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import type { Reading, Writing } from '../storage/metadata/port.ts';
import { type Event, envelopeOf, eventTime, type Json, type NewEvent } from '../values/event.ts';
import { eventRuleArn } from '../values/event-arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { compilePattern } from './compile-pattern.ts';
import { DELIVER_EVENT, type Delivery, type DeliveryTarget } from './delivery.ts';
import { bodyOf } from './input/body-of.ts';
import { matchesPattern } from './pattern/match.ts';
import { storedTargetOf } from './rule-targets.ts';
import type { StoredTarget } from './sealed-parameters.ts';

type Emitting = Pick<World, 'clock' | 'ids'>;

/** An event that is new, and the repository that it is about. Events of one repository come to a target in their order. */
export type EmittedEvent = NewEvent & { readonly id?: string; readonly repositoryId?: string };

/** A target of a rule that is enabled. */
export interface Listening {
  readonly rule: string;
  readonly pattern: string;
  readonly target: StoredTarget;
  /** Whether it wants to be told of calls that change nothing, too. */
  readonly hearsReads: boolean;
}

/** Who listens in an account and region. */
export async function listenersIn(tx: Reading, registry: RegistryId): Promise<readonly Listening[]> {
  const rows = await enabledEventTargets(tx, registry);
  return rows.map((it) => ({
    rule: it.rule_name,
    pattern: it.pattern,
    target: storedTargetOf(it.target),
    hearsReads: it.state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
  }));
}

/**
 * Tells whoever listens of an event, in the transaction of what it tells of: a job for each target of each rule that
 * matches.
 */
export async function emitEvent(tx: Writing, world: Emitting, event: EmittedEvent): Promise<void> {
  await tell(tx, world, { event, listeners: await listenersIn(tx, event.registry) });
}

/** The same, to listeners who are known. */
export async function tell(
  tx: Writing,
  { clock, ids }: Emitting,
  { event, listeners }: { readonly event: EmittedEvent; readonly listeners: readonly Listening[] },
): Promise<void> {
  if (listeners.length === 0) return;
  const now = clock.now();
  const { repositoryId, ...rest } = event;
  const told: Event = { ...rest, id: event.id ?? ids.uuid() };
  const json = envelopeOf(told) as unknown as Json;
  const matched = new Map<string, boolean>();
  for (const { rule, pattern, target } of listeners) {
    if (!matched.getOrInsertComputed(rule, () => matchesPattern(compilePattern(pattern), json))) continue;
    const ruleArn = eventRuleArn(told.registry, rule);
    const payload: Delivery = {
      eventId: told.id,
      ruleArn,
      target: deliveryTarget(target),
      body: bodyOf(target, { event: told, rule: { arn: ruleArn, name: rule }, acceptedAt: now }),
      event: {
        source: told.source,
        detailType: told.detailType,
        time: eventTime(told.time),
        ...told.registry,
      },
      acceptedAt: now.getTime(),
      ...(repositoryId !== undefined && { repositoryId }),
    };
    await addJob(tx, {
      id: ids.uuid(),
      kind: DELIVER_EVENT,
      registry: told.registry,
      payload,
      orderKey: repositoryId && `${ruleArn}/${target.Id}:${repositoryId}`,
      dueAt: now,
      now,
    });
  }
}

const USUAL_ATTEMPTS = 185;
const USUAL_AGE = 86_400;

function deliveryTarget({
  Id,
  Arn,
  RoleArn,
  RetryPolicy,
  DeadLetterConfig,
  SqsParameters,
  sealedHttpParameters,
}: StoredTarget): DeliveryTarget {
  const { MessageGroupId: messageGroupId } = SqsParameters ?? {};
  return {
    id: Id,
    arn: Arn,
    ...(RoleArn !== undefined && { roleArn: RoleArn }),
    retryPolicy: {
      maximumRetryAttempts: RetryPolicy?.MaximumRetryAttempts ?? USUAL_ATTEMPTS,
      maximumEventAgeInSeconds: RetryPolicy?.MaximumEventAgeInSeconds ?? USUAL_AGE,
    },
    ...(DeadLetterConfig?.Arn !== undefined && { deadLetterArn: DeadLetterConfig.Arn }),
    ...(SqsParameters && { sqs: { ...(messageGroupId !== undefined && { messageGroupId }) } }),
    ...(sealedHttpParameters !== undefined && { sealedHttpParameters }),
  };
}
