import type { RuleTarget } from '../check-target.ts';
import type { Delivery } from '../delivery.ts';
import { deliveryId } from './delivery-id.ts';
import type { WebhookTarget } from './parse-target.ts';

/** What a target adds to its address and headers. */
export type HttpParameters = NonNullable<RuleTarget['HttpParameters']>;

export interface WebhookRequest {
  readonly id: string;
  readonly url: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Said by the client or by Berth. */
const OWN =
  /^(?:webhook-.*|ce-.*|host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|user-agent|accept|accept-encoding)$/i;

/** Whether a header of this name may be one of a target's HttpParameters. */
export function mayBeParameter(header: string): boolean {
  return !OWN.test(header);
}

/** What is sent to a webhook for a delivery; before it is signed. */
export function webhookRequest(delivery: Delivery, { url, form }: WebhookTarget, http: HttpParameters): WebhookRequest {
  const parameters = Object.entries(http.HeaderParameters ?? {}).filter(([name]) => mayBeParameter(name));
  const request = {
    id: deliveryId(delivery),
    url: fillUrl(url, http),
    headers: Object.fromEntries(parameters.map(([name, value]) => [name.toLowerCase(), value.trim()])),
  };
  if (form === 'json') return { ...request, contentType: 'application/json', body: delivery.body };
  const attributes = cloudEvent(delivery);
  if (form === 'cloudevents-structured') {
    const open = JSON.stringify({ ...attributes, datacontenttype: 'application/json' }).slice(0, -1);
    return { ...request, contentType: 'application/cloudevents+json', body: `${open},"data":${delivery.body}}` };
  }
  const own = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, headerValue(value)]);
  return {
    ...request,
    contentType: 'application/json',
    headers: { ...request.headers, ...Object.fromEntries(own) },
    body: delivery.body,
  };
}

/** CloudEvents 1.0, "Context Attributes". `source` and `id` together are unique: events of the registry have a UUID. */
function cloudEvent({ eventId, event }: Delivery): Record<string, string> {
  return {
    specversion: '1.0',
    id: eventId,
    source: event.source,
    type: event.detailType,
    time: event.time,
    awsaccount: event.account,
    awsregion: event.region,
  };
}

/** HTTP Protocol Binding for CloudEvents 1.0, 3.1.3.2: printable ASCII but for space, quote and percent stays. */
function headerValue(text: string): string {
  return text.toWellFormed().replace(/[^\x21\x23\x24\x26-\x7e]/gu, encodeURIComponent);
}

/** Each `*` of the path becomes one of the values, in their order; what the address asks for already stays. */
function fillUrl(address: string, { PathParameterValues = [], QueryStringParameters = {} }: HttpParameters): string {
  const url = new URL(address);
  const values = PathParameterValues.values();
  url.pathname = url.pathname.replaceAll('*', () => encodeURIComponent(values.next().value ?? '*'));
  for (const [name, value] of Object.entries(QueryStringParameters)) url.searchParams.append(name, value);
  return url.href;
}
