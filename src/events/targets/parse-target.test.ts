import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTarget } from './parse-target.ts';

describe('a target is', () => {
  test.each([
    ['https://hooks.example.com/berth?x=1', { url: 'https://hooks.example.com/berth?x=1', form: 'json' }],
    ['https://Hooks.example.com', { url: 'https://hooks.example.com/', form: 'json' }],
    ['http://10.0.0.7:8080/a/*/b', { url: 'http://10.0.0.7:8080/a/*/b', form: 'json' }],
    ['https://h.example/#cloudevents', { url: 'https://h.example/', form: 'cloudevents-structured' }],
    ['https://h.example/?a#cloudevents-binary', { url: 'https://h.example/?a', form: 'cloudevents-binary' }],
    ['arn:aws:events:::url/https://h.example/x', { url: 'https://h.example/x', form: 'json' }],
    ['arn:aws:events:us-east-1:123456789012:url/http://[::1]/', { url: 'http://[::1]/', form: 'json' }],
  ])('a webhook: %s', (arn, expected) => expect(parseTarget(arn)).toEqual({ kind: 'webhook', ...expected }));

  test.each([
    ['arn:aws:sqs:eu-central-1:123456789012:pushes', { name: 'pushes', isFifo: false }],
    ['arn:aws-cn:sqs:eu-central-1:123456789012:a_b-c.fifo', { name: 'a_b-c.fifo', isFifo: true }],
  ])('a queue: %s', (arn, expected) =>
    expect(parseTarget(arn)).toEqual({ kind: 'queue', region: 'eu-central-1', account: '123456789012', ...expected }),
  );

  test.each([
    ['nats://nats.example.com/registry.push', { server: 'nats://nats.example.com:4222', subject: 'registry.push' }],
    ['tls://[fd00::1]:4443/a', { server: 'tls://[fd00::1]:4443', subject: 'a' }],
    ['arn:aws:events:::url/nats://h:1/a.b', { server: 'nats://h:1', subject: 'a.b' }],
  ])('a subject: %s', (arn, expected) => expect(parseTarget(arn)).toEqual({ kind: 'subject', ...expected }));

  test.each([
    '',
    'hooks.example.com',
    'ftp://h.example/x',
    'file:///etc/passwd',
    'https://',
    'https://user:secret@h.example/',
    'https://h.example/#else',
    'https://h.example/\r\nx: y',
    'https://h.example\\@evil.example/',
    'nats://h.example/',
    'nats://h.example/a.>',
    'nats://h.example/a.*',
    'nats://h.example/a..b',
    'nats://h.example/$JS.API.STREAM.DELETE.x',
    'nats://h.example/_INBOX.x',
    'nats://h.example/a%20b',
    'nats://h.example/a?x=1',
    'nats://u:p@h.example/a',
    'nats://h%2fx/a',
    'arn:aws:sqs:eu-central-1:12345678901:pushes',
    'arn:aws:sqs:eu-central-1:123456789012:',
    'arn:aws:sqs:eu-central-1:123456789012:a.b',
    `arn:aws:sqs:eu-central-1:123456789012:${'x'.repeat(81)}`,
    'arn:aws:lambda:eu-central-1:123456789012:function:f',
    'arn:aws:events:::url/arn:aws:events:::url/ftp://h.example/',
  ])('none of these: %s', (arn) => expect(parseTarget(arn)).toBeUndefined());

  test('never more than one line to whom it is sent', () => {
    const holds = fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      for (const scheme of ['https://h/', 'nats://h/', 'nats://', 'arn:aws:sqs:r:123456789012:']) {
        const target = parseTarget(scheme + text);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not come through.
        expect(JSON.stringify(Object.values(target ?? {}).map(String))).not.toMatch(/\\[rn]|[\x00-\x20]/);
      }
    });
    fc.assert(holds, { numRuns: 500 });
  });
});
