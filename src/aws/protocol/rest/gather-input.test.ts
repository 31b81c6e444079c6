import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadModel } from '../../model/model.ts';
import { decode } from '../../validation/decode.ts';
import { gatherInput } from './gather-input.ts';
import { routeOf } from './route.ts';

const ZOO = loadModel({
  source: { apiVersion: '2026-01-01' },
  serviceId: 'Zoo',
  signingName: 'zoo',
  protocol: 'rest-json',
  operations: {},
  shapes: {
    Text: { type: 'string' },
    Truth: { type: 'boolean' },
    Count: { type: 'integer' },
    Texts: { type: 'list', element: 'Text' },
    Feeding: {
      type: 'structure',
      members: { animal: 'Text', loud: 'Truth', times: 'Count', foods: 'Texts', by: 'Text', note: 'Text' },
      locations: {
        animal: { in: 'uri', name: 'animal' },
        loud: { in: 'querystring', name: 'loud' },
        times: { in: 'querystring', name: 'n' },
        foods: { in: 'querystring', name: 'food' },
        by: { in: 'header', name: 'X-Keeper' },
      },
    },
  },
});

const NOTHING = { labels: new Map(), query: '', headers: {}, body: {} };
const inputOf = (parts: Partial<Parameters<typeof gatherInput>[2]>) =>
  decode(ZOO, 'Feeding', gatherInput(ZOO, 'Feeding', { ...NOTHING, ...parts }));

test('each member is read in its own place, in the type that it has', () => {
  const parts = {
    labels: new Map([['animal', 'red%20panda%2Fyoung']]),
    query: 'loud=false&n=-3&food=a%26b&food=%C3%A9',
    headers: { 'x-keeper': 'Ann' },
    body: { note: 'n' },
  };
  expect(inputOf(parts)).toEqual({
    animal: 'red panda/young',
    loud: false,
    times: -3,
    foods: ['a&b', 'é'],
    by: 'Ann',
    note: 'n',
  });
});

test('a body cannot say what has its place elsewhere', () => {
  expect(inputOf({ labels: new Map([['animal', 'a']]), body: { animal: 'b', times: 7, by: 'c' } })).toEqual({
    animal: 'a',
  });
});

test.each([
  ['loud=yes', 'STRING_VALUE can not be converted to a Boolean'],
  ['n=1.5', 'NUMBER_VALUE can not be converted to an Integer'],
  ['n=', 'STRING_VALUE can not be converted to an Integer'],
])('%s is refused', (query, text) => {
  expect(() => inputOf({ query })).toThrow(text);
});

test('a body that is no object, and a label that is no UTF-8, are refused', () => {
  for (const body of [[], null, 'text', 1]) expect(() => inputOf({ body })).toThrow('not expected');
  expect(() => inputOf({ labels: new Map([['animal', '%ff']]) })).toThrow('not percent-encoded');
});

test('a route gives back each label that was put into it, and matches no other path', () => {
  const route = routeOf({ method: 'PUT', uri: '/zoo/{animal}/food/{rest+}' });
  const label = fc.string({ minLength: 1 }).filter((it) => it.isWellFormed());
  const agrees = fc.property(label, label, (animal, rest) => {
    const path = `/zoo/${encodeURIComponent(animal)}/food/${encodeURIComponent(rest)}/more`;
    const labels = route.match('PUT', path);
    expect(decodeURIComponent(labels?.get('animal') ?? '')).toBe(animal);
    expect(decodeURIComponent(labels?.get('rest') ?? '')).toBe(`${rest}/more`);
  });
  fc.assert(agrees);
  for (const path of [
    '/zoo/a/food/',
    '/zoo/a/b/food/c',
    '/zoo//food/c',
    '/zoo/a/food',
    '/Zoo/a/food/c',
    'x/zoo/a/food/c',
  ]) {
    expect(route.match('PUT', path)).toBeUndefined();
  }
  expect(route.match('GET', '/zoo/a/food/b')).toBeUndefined();
});
