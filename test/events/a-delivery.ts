import type { Delivery, DeliveryTarget } from '../../src/events/delivery.ts';

export type DeliveryFacts = Omit<Partial<Delivery>, 'target'> & { readonly target?: Partial<DeliveryTarget> };

/** A delivery to a webhook, with what a test wants to be different. */
export function aDelivery({ target, ...more }: DeliveryFacts = {}): Delivery {
  return {
    eventId: 'event-1',
    ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/pushes',
    target: {
      id: 'hook',
      arn: 'https://hooks.example.com/',
      retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
      ...target,
    },
    body: '{"detail":1}',
    event: {
      source: 'aws.ecr',
      detailType: 'ECR Image Action',
      time: '2026-11-28T15:04:05Z',
      account: '123456789012',
      region: 'us-east-1',
    },
    acceptedAt: 0,
    ...more,
  };
}
