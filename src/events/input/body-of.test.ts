import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Event, envelopeOf, type Json } from '../../values/event.ts';
import { bodyOf, type TargetInput } from './body-of.ts';
import { parseJsonPath, valueAt } from './json-path.ts';
import { fillTemplate, isJsonOrTexts, parseTemplate, variablesOf } from './template.ts';

const event: Event = {
  id: 'e1',
  source: 'aws.ecr',
  detailType: 'ECR Image Action',
  time: new Date('2026-11-28T15:04:05.678Z'),
  registry: { account: '123456789012', region: 'us-east-1' },
  resources: ['arn:one', 'arn:two'],
  detail: { 'image-tag': 'v"1', count: 2, tags: [{ k: 'a' }, { k: 'b' }], empty: null },
};
const rule = { arn: 'arn:aws:events:us-east-1:123456789012:rule/r', name: 'r' };

function body(input: TargetInput): string {
  return bodyOf(input, { event, rule, acceptedAt: new Date('2026-11-28T15:04:06Z') });
}

function transformed(InputTemplate: string, InputPathsMap: Record<string, string> = {}): string {
  return body({ InputTransformer: { InputTemplate, InputPathsMap } });
}

describe('a target is sent', () => {
  test('the event when nothing is said', () => {
    expect(JSON.parse(body({}))).toEqual(envelopeOf(event));
  });

  test('its own input as it is', () => {
    expect(body({ Input: '{ "a":  1 }' })).toBe('{ "a":  1 }');
  });

  test.each([
    ['$', envelopeOf(event)],
    ['$.detail.count', 2],
    ['$.detail.tags[1].k', 'b'],
    ['$.detail.tags[*].k', ['a', 'b']],
    ["$['detail']['image-tag']", 'v"1'],
    ['$.resources[0]', 'arn:one'],
    ['$.resources[9]', null],
    ['$.detail.none', null],
    ['$.detail.constructor', null],
  ])('what stands at %s', (InputPath, value) => {
    expect(JSON.parse(body({ InputPath }))).toEqual(value);
  });

  test('a template with JSON filled in by itself, and texts inside of texts', () => {
    const paths = { tag: '$.detail.image-tag', n: '$.detail.count', all: '$.detail.tags', none: '$.detail.none' };
    const text = transformed(
      '{"tag": <tag>, "said": "tag <tag>, n <n>, all <all>", "n": <n>, "none": <none>, "null": <e>}',
      {
        ...paths,
        e: '$.detail.empty',
      },
    );
    expect(JSON.parse(text)).toEqual({
      tag: 'v"1',
      said: 'tag v"1, n 2, all [{"k":"a"},{"k":"b"}]',
      n: 2,
      none: '',
      null: null,
    });
  });

  test('a text, also one of several lines', () => {
    expect(transformed('"pushed <n>"', { n: '$.detail.count' })).toBe('"pushed 2"');
    expect(transformed('"pushed <n>"\n"by <s>"', { n: '$.detail.count', s: '$.source' })).toBe(
      '"pushed 2"\n"by aws.ecr"',
    );
  });

  test('what EventBridge knows itself', () => {
    const { detail: _, ...withoutDetail } = envelopeOf(event);
    const text = transformed(
      `{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>,
        "event": <aws.events.event>, "json": <aws.events.event.json>}`,
    );
    expect(JSON.parse(text)).toEqual({
      arn: rule.arn,
      name: 'r',
      at: '2026-11-28T15:04:06Z',
      event: withoutDetail,
      json: envelopeOf(event),
    });
  });
});

test('quotes behind a backslash do not end a text, and what is no variable stays', () => {
  expect(variablesOf(parseTemplate('{"a\\"<x>": 1, "b": <y>, "c": "<", "d": "< z >"}'))).toEqual(['x', 'y']);
  const filled = transformed('{"a\\"<x>": "1 < 2 > <x>"}', { x: '$.detail.image-tag' });
  expect(JSON.parse(filled)).toEqual({ 'a"v"1': '1 < 2 > v"1' });
});

test.each(['detail', '$detail', '$.', '$..a', '$.a[', '$.a[b]', '$.a[-1]', '$.a[0', '$.a b', '$[?(@.x)]', ''])(
  '%s is no path',
  (text) => {
    expect(parseJsonPath(text)).toBeUndefined();
  },
);

test('a path made of members and places leads to what was put there', () => {
  const step = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,5}$/), fc.nat({ max: 3 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), (steps) => {
      const value = steps.reduceRight<Json>(
        (inner, it) => (typeof it === 'number' ? [...Array(it).fill(null), inner] : { ['__proto__x']: 1, [it]: inner }),
        'found',
      );
      const path = parseJsonPath(`$${steps.map((it) => (typeof it === 'number' ? `[${it}]` : `.${it}`)).join('')}`);
      expect(path && valueAt(path, value)).toBe('found');
    }),
  );
});

test('a JSON template stays JSON, whatever is filled in', () => {
  const template = parseTemplate('{"a": <x>, "b": "<x> and \\"<x>\\" <x>", "c": [<x>, "<x>"]}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const filled = fillTemplate(template, () => value as Json);
      expect(isJsonOrTexts(filled)).toBe(true);
      const said = typeof value === 'string' ? value : JSON.stringify(value);
      expect(JSON.parse(filled)).toEqual(
        JSON.parse(JSON.stringify({ a: value, b: `${said} and "${said}" ${said}`, c: [value, said] })),
      );
    }),
  );
});
