/** Kind of the jobs whose payload is a `Delivery`. */
export const DELIVER_EVENT = 'deliver-event';

/**
 * One event for one target of a rule that it matched: all that must be known to deliver it. It is kept as JSON, and stays
 * what it was when the event happened: a rule that is changed or deleted meanwhile changes no delivery.
 */
export interface Delivery {
  /** Of the event: a UUID, the same for every target and every try. */
  readonly eventId: string;
  readonly ruleArn: string;
  readonly target: DeliveryTarget;
  /** JSON text: the event, or what the target's input makes of it. */
  readonly body: string;
  readonly event: {
    readonly source: string;
    readonly detailType: string;
    /** As the event says it: `2026-11-28T15:04:05Z`. */
    readonly time: string;
    readonly account: string;
    readonly region: string;
  };
  /** When the event was taken in, in milliseconds since the epoch: its age counts from here. */
  readonly acceptedAt: number;
  /** The repository that it is about; undefined for events of the account's own. */
  readonly repositoryId?: string;
}

/** A target as its rule had it. */
export interface DeliveryTarget {
  readonly id: string;
  readonly arn: string;
  readonly roleArn?: string;
  readonly retryPolicy: RetryPolicy;
  /** Where an event goes that could not be delivered. */
  readonly deadLetterArn?: string;
  readonly sqs?: { readonly messageGroupId?: string };
  /** What a webhook is sent besides: `openParameters`. */
  readonly sealedHttpParameters?: string;
}

export interface RetryPolicy {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeInSeconds: number;
}
