// Generated from CloudTrail's published API model (2013-11-01) by: npm run model

export interface Event {
  readonly EventId?: string;
  readonly EventName?: string;
  readonly ReadOnly?: string;
  readonly AccessKeyId?: string;
  readonly EventTime?: Date;
  readonly EventSource?: string;
  readonly Username?: string;
  readonly Resources?: readonly Resource[];
  readonly CloudTrailEvent?: string;
}

export type EventCategory = 'insight';

export interface LookupAttribute {
  readonly AttributeKey: LookupAttributeKey;
  readonly AttributeValue: string;
}

export type LookupAttributeKey =
  | 'EventId'
  | 'EventName'
  | 'ReadOnly'
  | 'Username'
  | 'ResourceType'
  | 'ResourceName'
  | 'EventSource'
  | 'AccessKeyId';

export interface LookupEventsRequest {
  readonly LookupAttributes?: readonly LookupAttribute[];
  readonly StartTime?: Date;
  readonly EndTime?: Date;
  readonly EventCategory?: EventCategory;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

export interface LookupEventsResponse {
  readonly Events?: readonly Event[];
  readonly NextToken?: string;
}

export interface Resource {
  readonly ResourceType?: string;
  readonly ResourceName?: string;
}
