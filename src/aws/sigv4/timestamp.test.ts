import { expect, test } from 'vitest';
import { formatTimestamp, parseDateHeader, parseTimestamp } from './timestamp.ts';

test('a timestamp is read as it was written', () => {
  expect(parseTimestamp('20150830T123600Z')).toEqual(new Date('2015-08-30T12:36:00Z'));
  expect(formatTimestamp(new Date('2015-08-30T12:36:00.999Z'))).toBe('20150830T123600Z');
});

test.each([
  '20150231T000000Z',
  '20150830T240000Z',
  '20151330T000000Z',
  '2015-08-30T12:36:00Z',
  '20150830T123600',
  '20150830T123600Z, x',
  '',
])('%j is no timestamp', (text) => {
  expect(parseTimestamp(text)).toBe(undefined);
});

test('a Date header is read in both forms', () => {
  expect(parseDateHeader('Sun, 30 Aug 2015 12:36:00 GMT')).toEqual(new Date('2015-08-30T12:36:00Z'));
  expect(parseDateHeader('20150830T123600Z')).toEqual(new Date('2015-08-30T12:36:00Z'));
  expect(parseDateHeader('2015-08-30')).toBe(undefined);
  expect(parseDateHeader('Sun, 30 Foo 2015 12:36:00 GMT')).toBe(undefined);
});
