import { type FoundEvent, lookUpEvents } from '../../audit/look-up.ts';
import { openPosition, positionOf } from '../../audit/position.ts';
import { defineRefusal } from '../../values/refusal.ts';
import type { Event, LookupEventsRequest, LookupEventsResponse } from '../model/cloudtrail.ts';
import { operation } from '../operation.ts';

const OCI = { code: 'UNSUPPORTED', status: 400 } as const;

const InvalidLookupAttributes = defineRefusal<Record<never, never>>({
  code: 'InvalidLookupAttributesException',
  oci: OCI,
  message: () => 'You can specify only one lookup attribute.',
});

const InvalidTimeRange = defineRefusal<Record<never, never>>({
  code: 'InvalidTimeRangeException',
  oci: OCI,
  message: () => 'The end time must come after the start time.',
});

const InvalidNextToken = defineRefusal<Record<never, never>>({
  code: 'InvalidNextTokenException',
  oci: OCI,
  message: () => 'Invalid token: it is not of this lookup.',
});

const USUAL_PAGE = 50;

/** What was done in the caller's account and region, newest first. API_LookupEvents. */
export const LookupEvents = operation<LookupEventsRequest, LookupEventsResponse>({
  service: 'cloudtrail',
  name: 'LookupEvents',
  action: 'cloudtrail:LookupEvents',
  resource: () => '*',

  async handle(input, { world, registry }) {
    const { LookupAttributes: attributes = [], StartTime: from, EndTime: to, MaxResults: limit = USUAL_PAGE } = input;
    if (attributes.length > 1) throw InvalidLookupAttributes({});
    if (from && to && to < from) throw InvalidTimeRange({});
    // Nothing here draws conclusions from events, so there are no events about that.
    if (input.EventCategory === 'insight') return { Events: [] };

    const [attribute] = attributes;
    const lookup = {
      registry,
      attribute: attribute && { key: attribute.AttributeKey, value: attribute.AttributeValue },
      from,
      to,
    };
    const after = input.NextToken === undefined ? undefined : openPosition(world.secrets, lookup, input.NextToken);
    if (input.NextToken !== undefined && after === undefined) throw InvalidNextToken({});

    const found = await lookUpEvents(world, { ...lookup, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      Events: page.map(describeEvent),
      ...(found.length > limit && last && { NextToken: positionOf(world.secrets, lookup, last) }),
    };
  },
});

function describeEvent({
  eventId,
  name,
  source,
  readOnly,
  at,
  username,
  accessKeyId,
  resources,
  record,
}: FoundEvent): Event {
  return {
    EventId: eventId,
    EventName: name,
    ReadOnly: String(readOnly),
    EventTime: at,
    EventSource: source,
    ...(accessKeyId !== undefined && { AccessKeyId: accessKeyId }),
    ...(username !== undefined && { Username: username }),
    Resources: resources.map((it) => ({ ResourceType: it.type, ResourceName: it.name })),
    CloudTrailEvent: record,
  };
}
