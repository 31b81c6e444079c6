import type { RegistryId } from './registry-id.ts';

/** JSON as `JSON.parse` gives it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/** Something that happened, as EventBridge tells of it. */
export interface Event {
  /** A UUID. */
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly time: Date;
  readonly registry: RegistryId;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: { readonly [member: string]: Json };
}

/** What happened, before it is given an id. */
export type NewEvent = Omit<Event, 'id'>;

/** The event as rules look at it and targets get it. EventBridge User Guide, "Event structure". */
export function envelopeOf({ id, source, detailType, time, registry, resources, detail }: Event) {
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: registry.account,
    time: eventTime(time),
    region: registry.region,
    resources,
    detail,
  };
}

/** `2026-11-28T15:04:05Z`: events know seconds. */
export function eventTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
