import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aDelivery } from '../../../test/events/a-delivery.ts';
import type { Delivery } from '../delivery.ts';
import { parseTarget } from './parse-target.ts';
import { type HttpParameters, mayBeParameter, webhookRequest } from './webhook-request.ts';

function requestFor(arn: string, http: HttpParameters = {}, more: Partial<Delivery> = {}) {
  const delivery = aDelivery({ ...more, target: { arn } });
  const target = parseTarget(arn);
  if (target?.kind !== 'webhook') throw new Error(`${arn} is no webhook.`);
  return webhookRequest(delivery, target, http);
}

describe('a webhook is sent', () => {
  test("the event's own JSON where nothing else is said", () => {
    expect(requestFor('https://h.example/x')).toMatchObject({
      url: 'https://h.example/x',
      contentType: 'application/json',
      body: '{"detail":1}',
      headers: {},
    });
  });

  test('one CloudEvent in structured mode', () => {
    const { contentType, body } = requestFor('https://h.example/#cloudevents');

    expect(contentType).toBe('application/cloudevents+json');
    expect(JSON.parse(body)).toEqual({
      specversion: '1.0',
      id: 'event-1',
      source: 'aws.ecr',
      type: 'ECR Image Action',
      time: '2026-11-28T15:04:05Z',
      awsaccount: '123456789012',
      awsregion: 'us-east-1',
      datacontenttype: 'application/json',
      data: { detail: 1 },
    });
  });

  test('the same in binary mode, in headers', () => {
    const { contentType, body, headers } = requestFor('https://h.example/#cloudevents-binary');

    expect([contentType, body]).toEqual(['application/json', '{"detail":1}']);
    expect(headers).toEqual({
      'ce-specversion': '1.0',
      'ce-id': 'event-1',
      'ce-source': 'aws.ecr',
      'ce-type': 'ECR%20Image%20Action',
      'ce-time': '2026-11-28T15:04:05Z',
      'ce-awsaccount': '123456789012',
      'ce-awsregion': 'us-east-1',
    });
  });

  test('whatever an event is called, in headers that are headers', () => {
    const holds = fc.property(fc.string({ unit: 'binary' }), (detailType) => {
      const event = { ...aDelivery().event, detailType };
      const said = requestFor('https://h.example/#cloudevents-binary', {}, { event }).headers['ce-type'] ?? '';

      expect(said).toMatch(/^[\x21-\x7e]*$/);
      expect(decodeURIComponent(said)).toBe(detailType.toWellFormed());
    });
    fc.assert(holds, { numRuns: 500 });
  });

  test('to its address with the parameters in their places', () => {
    const { url, headers } = requestFor('https://h.example/a/*/b/*?x=1', {
      PathParameterValues: ['one/../two', 'ü'],
      QueryStringParameters: { 'y&': '2 3' },
      HeaderParameters: { 'X-Token': ' abc ', authorization: 'Bearer x' },
    });

    expect(url).toBe('https://h.example/a/one%2F..%2Ftwo/b/%C3%BC?x=1&y%26=2+3');
    expect(headers).toEqual({ 'x-token': 'abc', authorization: 'Bearer x' });
  });

  test.each([
    'Host',
    'Webhook-Signature',
    'content-length',
    'Transfer-Encoding',
    'Connection',
    'ce-id',
    'Content-Type',
  ])('no header %s that its target asks for', (name) => {
    expect(mayBeParameter(name)).toBe(false);
    expect(requestFor('https://h.example/', { HeaderParameters: { [name]: 'x' } }).headers).toEqual({});
  });

  test('a name that differs for each rule and target, and not for each try', () => {
    const [one, again, otherRule, otherTarget] = [
      requestFor('https://h.example/'),
      requestFor('https://h.example/'),
      requestFor('https://h.example/', {}, { ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/other' }),
      webhookRequest(
        aDelivery({ target: { id: 'other' } }),
        {
          kind: 'webhook',
          url: 'https://h.example/',
          form: 'json',
        },
        {},
      ),
    ].map((it) => it.id);

    expect(one).toMatch(/^event-1-[0-9a-f]{8}$/);
    expect(again).toBe(one);
    expect(new Set([one, otherRule, otherTarget]).size).toBe(3);
  });
});
