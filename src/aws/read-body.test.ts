import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBody } from './read-body.ts';

test('an absent body is an empty object', () => {
  expect(parseBody(Buffer.alloc(0))).toEqual({});
});

test('whatever JSON can say is read as it was written', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseBody(Buffer.from(text, 'utf8'))).toEqual(JSON.parse(text));
    }),
  );
});

test.each([
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['half an object', Buffer.from('{"a":')],
  ['two objects', Buffer.from('{}{}')],
  ['a space', Buffer.from(' ')],
  ['a hundred thousand brackets', Buffer.from('['.repeat(100_000))],
])('%s are no JSON', (_, bytes) => {
  expect(() => parseBody(bytes)).toThrow(expect.objectContaining({ code: 'SerializationException' }));
});
