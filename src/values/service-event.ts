import type { RegistryId } from './registry-id.ts';

/** Something that the registry did by itself. "Non-API events captured by CloudTrail": `AwsServiceEvent`. */
export interface ServiceEvent {
  /** A UUID. */
  readonly id: string;
  readonly at: Date;
  readonly name: 'PolicyExecutionEvent' | 'DryRunEvent';
  readonly registry: RegistryId;
  /** ARN of what it is about. */
  readonly resource: string;
  /** `serviceEventDetails`. */
  readonly details: Readonly<Record<string, unknown>>;
}
